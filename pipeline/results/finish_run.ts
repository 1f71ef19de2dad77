/** A run's stages, taken together to a finished run; and a run of which only figures are known, as live charts draw it. */
import type { Experiment } from "../define/experiment.ts";
import type { FigureDefinition } from "../define/figure.ts";
import type { FigureValues, FinishedRun } from "../define/finished_run.ts";
import type { Pipeline } from "../define/pipeline.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { artifactsOf, type Graph, openOutput } from "../engine/stage/graph.ts";
import type { OutputSpecs, Stage } from "../engine/stage/stage.ts";
import type { Store } from "../engine/store/store.ts";

/** A run by its name. */
export interface NamedExperiment {
  readonly name: string;
  readonly experiment: Experiment;
}

/**
 * The finished run of some stages, with its figures.
 * @throws FormatError when an output is not what its kind says, CorruptArtifactError when its bytes are damaged.
 */
export function finishedRun(
  pipeline: Pipeline,
  { name, experiment }: NamedExperiment,
  graph: Graph,
  stages: readonly StageResult[],
  store: Store,
): FinishedRun {
  const figures: Record<string, readonly unknown[]> = {};
  const definitions: FigureDefinition[] = [];
  const run: FinishedRun = {
    ...{ name, experiment, library: pipeline, graph, stages, definitions, figures },
    epochs: stages.flatMap(({ record }) => Object.values(record.each ?? {}))
      .reduce((most, { length }) => Math.max(most, length - 1), 0),
    ...readerOf(graph, stages, store),
  };
  for (const figure of pipeline.figures) {
    const { from = null, value, ofRun } = figure;
    if (from !== null && !run.has(from)) continue;
    figures[figure.name] = value !== undefined && from !== null ? run.each(from).map(value) : [ofRun?.(run)];
    definitions.push(figure);
  }
  return run;
}

/** A run that is at work, or of which only the figures are left: it has no outputs. */
export function runOfFigures(
  pipeline: Pipeline,
  { name, experiment }: NamedExperiment,
  epochs: number,
  figures: FigureValues,
): FinishedRun {
  const missing = (output: string): never => {
    throw new TypeError(`A live chart draws figures; there is no output "${output}" while the run is at work.`);
  };
  const definitions = pipeline.figures.filter((figure) => Object.hasOwn(figures, figure.name));
  return {
    ...{ name, experiment, library: pipeline, graph: [], stages: [], epochs, definitions, figures },
    has: (name) => definitions.some(({ from }) => from === name),
    ...{ output: missing, each: missing, artifact: missing },
  };
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
    if (found === null) throw notPutOut(name);
    return found.value;
  };
  const openEach = (name: string): readonly unknown[] => {
    const maker = graph.findLast(({ stage }) => stage.kind === "fold" && Object.hasOwn(stage.each, name))?.stage;
    if (maker?.kind !== "fold") throw notPutOut(`${name} at every step`);
    const [artifact] = Object.keys(artifactsOf({ [name]: maker.each[name] }));
    return records.get(maker.name)!.each![artifact].map((_, step) => open(name, step));
  };
  return {
    has: (name) => graph.some(({ stage }) => namesOf(stage).includes(name)),
    output: <V>(name: string) => open(name, -1) as V,
    each<V>(name: string) {
      const values = opened.get(name) ?? openEach(name);
      opened.set(name, values);
      return values as V[];
    },
    artifact(name) {
      const addresses = graph.map(({ stage }) => addressIn(stage.name, name, -1));
      const address = addresses.findLast((one) => one !== undefined);
      if (address === undefined) throw notPutOut(name);
      return store.artifact(address);
    },
  };
}

/** What a stage puts out: its outputs, and the artifacts that these consist of. */
function namesOf(stage: Stage): string[] {
  const outputs: OutputSpecs = { ...stage.outputs, ...(stage.kind === "fold" ? stage.each : {}) };
  return [...Object.keys(outputs), ...Object.keys(artifactsOf(outputs))];
}

function notPutOut(what: string): TypeError {
  return new TypeError(`No stage of this run puts out ${what}.`);
}
