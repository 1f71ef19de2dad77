/** Makes a finished run of a run's stages; and a run of which only figures are known, for live charts. */
import type { FigureValues, FinishedRun } from "../define/finished_run.ts";
import type { FigureDefinition } from "../define/figure.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { DefinitionError } from "../engine/run_errors.ts";
import type { StageResult } from "../engine/run/run_options.ts";
import { artifactsOf, type Graph, openOutput } from "../engine/stage/stage_graph.ts";
import type { Fold, OutputSpecs, Stage } from "../engine/stage/stage.ts";
import type { Store } from "../engine/store/store.ts";

/** A run by its name. */
export type NamedExperiment = Pick<FinishedRun, "name" | "experiment">;

/** The finished run of some stages. @throws FormatError for outputs of another kind, CorruptArtifactError. */
export function finishedRun(
  pipeline: Pipeline,
  { name, experiment }: NamedExperiment,
  graph: Graph,
  stages: readonly StageResult[],
  store: Store,
): FinishedRun {
  const figures: Record<string, readonly unknown[]> = {};
  const reader = readerOf(graph, stages, store);
  const counts = stages.flatMap(({ record }) => Object.values(record.each ?? {})).map(({ length }) => length);
  const epochs = counts.reduce((most, count) => Math.max(most, count - 1), 0);
  const run = { ...{ name, experiment, library: pipeline, graph, stages, epochs, figures, columns: [] }, ...reader };
  const inHistory: FigureDefinition[] = [];
  for (const figure of pipeline.figures) {
    const found = valuesOf(figure, run);
    if (found === null) continue;
    figures[figure.name] = found.values;
    if (found.ofSteps) inHistory.push(figure);
  }
  return { ...run, columns: columnsOf(inHistory) };
}

/** The values of one figure after every step; null if the run has no output of which it is one. */
export function figureOfSteps(
  pipeline: Pipeline,
  figure: FigureDefinition,
  named: NamedExperiment,
  graph: Graph,
  stages: readonly StageResult[],
  store: Store,
): readonly unknown[] | null {
  const run = { ...named, library: pipeline, graph, stages, epochs: 0, figures: {}, columns: [] };
  return valuesOf(figure, { ...run, ...readerOf(graph, stages, store) })?.values ?? null;
}

/** The values of a figure, of every step or of the run; null if the run has no output of which it is one. */
function valuesOf({ from, value, ofRun }: FigureDefinition, run: FinishedRun) {
  const origins = [from ?? []].flat().filter((output) => run.has(output));
  if (from != null && origins.length === 0) return null;
  if (value === undefined || from == null) {
    const found = ofRun?.(run);
    return found === undefined ? null : { values: [found], ofSteps: false };
  }
  return origins.map((origin) => {
    const ofSteps = makerOfSteps(run.graph, origin) !== null;
    return { values: (ofSteps ? run.each(origin) : [run.output(origin)]).map(value), ofSteps };
  }).find(({ values: [first] }) => first !== undefined) ?? null;
}

/** A run in progress, or one of which only the figures are left: it has no outputs. */
export function runOfFigures(
  pipeline: Pipeline,
  { name, experiment }: NamedExperiment,
  epochs: number,
  figures: FigureValues,
): FinishedRun {
  const missing = (output: string): never => {
    throw new TypeError(`A live chart draws figures; there is no output "${output}" while the run is in progress.`);
  };
  const definitions = pipeline.figures.filter((figure) => Object.hasOwn(figures, figure.name));
  return {
    ...{ name, experiment, library: pipeline, graph: [], stages: [], epochs, figures, columns: columnsOf(definitions) },
    has: (name) => definitions.some(({ from }) => [from].flat().includes(name)),
    ...{ output: missing, each: missing, artifact: missing },
  };
}

/** The columns of figures: first those that have a place, then the others in their own order. */
function columnsOf(figures: readonly FigureDefinition[]): FinishedRun["columns"] {
  const place = ({ column }: FigureDefinition) => column!.place ?? Number.MAX_SAFE_INTEGER;
  return figures.filter(({ column }) => column !== undefined).sort((a, b) => place(a) - place(b))
    .map(({ name, column }) => ({ name: column!.name, figure: name }));
}

/** Reads outputs and artifacts of stages. The values of steps are opened once: many figures are computed from them. */
function readerOf(
  graph: Graph,
  stages: readonly StageResult[],
  store: Store,
): Pick<FinishedRun, "has" | "output" | "each" | "artifact"> {
  const records = new Map(stages.map(({ stage, record }) => [stage, record]));
  const opened = new Map<string, readonly unknown[]>();
  const addressIn = (stage: string, artifact: string, step: number) => {
    const { outputs, each = {} } = records.get(stage)!;
    return outputs[artifact] ?? each[artifact]?.at(step);
  };
  const open = (name: string, step: number): unknown => {
    const found = openOutput(graph, name, (stage, artifact) => store.artifact(addressIn(stage, artifact, step)!));
    return (found ?? missing(name)).value;
  };
  const openEach = (name: string): readonly unknown[] => {
    const maker = makerOfSteps(graph, name) ?? missing(`${name} at every step`);
    const [artifact] = Object.keys(artifactsOf({ [name]: maker.each[name] }));
    return records.get(maker.name)!.each![artifact].map((_, step) => open(name, step));
  };
  return {
    has: (name) => graph.some(({ stage }) => namesOf(stage).includes(name)),
    output: <V>(name: string) => open(name, -1) as V,
    each: <V>(name: string) => opened.getOrInsertComputed(name, () => openEach(name)) as V[],
    artifact(name, before) {
      const end = graph.findIndex(({ stage }) => stage.name === before);
      const addresses = (end < 0 ? graph : graph.slice(0, end)).map(({ stage }) => addressIn(stage.name, name, -1));
      return store.artifact(addresses.findLast((one) => one !== undefined) ?? missing(name));
    },
  };
}

/** The last fold that has an output at every step; null if none has. */
function makerOfSteps(graph: Graph, output: string): Fold | null {
  const maker = graph.findLast(({ stage }) => stage.kind === "fold" && Object.hasOwn(stage.each, output))?.stage;
  return maker?.kind === "fold" ? maker : null;
}

/** The names of a stage's outputs and of the artifacts that they consist of. */
export function namesOf(stage: Stage): string[] {
  const outputs: OutputSpecs = { ...stage.outputs, ...(stage.kind === "fold" ? stage.each : {}) };
  return [...Object.keys(outputs), ...Object.keys(artifactsOf(outputs))];
}

function missing(output: string): never {
  throw new DefinitionError(
    `No stage of this run outputs ${output}. Name it in "from" of the figure, chart or export that reads it: runs without ` +
      "this output then lack the definition.",
  );
}
