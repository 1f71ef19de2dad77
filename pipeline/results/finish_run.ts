/** A run's stages, taken together to a finished run; and a run of which only figures are known, as live charts draw it. */
import type { Experiment } from "../define/experiment.ts";
import type { FigureDefinition } from "../define/figure.ts";
import type { FigureValues, FinishedRun } from "../define/finished_run.ts";
import type { Pipeline } from "../define/pipeline.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { artifactsOf, type Graph, openOutput } from "../engine/stage/graph.ts";
import type { Stage } from "../engine/stage/stage.ts";
import type { Address, Store } from "../engine/store/store.ts";

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
    epochs: Math.max(
      0,
      ...stages.flatMap(({ record }) => Object.values(record.each ?? {}).map((list) => list.length - 1)),
    ),
    ...readerOf(graph, stages, store),
  };
  for (const figure of pipeline.figures) {
    if (figure.from !== null && !run.has(figure.from)) continue;
    const values = valuesOf(figure, run);
    if (values.length === 0) continue;
    figures[figure.name] = values;
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
    ...{ has: () => false, output: missing, each: missing, artifact: missing },
  };
}

function valuesOf({ from, value, ofRun }: FigureDefinition, run: FinishedRun): readonly unknown[] {
  if (value !== undefined) return from === null ? [] : run.each(from).map(value);
  const one = ofRun?.(run);
  return one === undefined ? [] : [one];
}

/** Reads outputs and artifacts of stages; each output is opened once. */
function readerOf(
  graph: Graph,
  stages: readonly StageResult[],
  store: Store,
): Pick<FinishedRun, "has" | "output" | "each" | "artifact"> {
  const records = new Map(stages.map(({ stage, record }) => [stage, record]));
  const opened = new Map<string, unknown>();
  const addressIn = (stage: string, artifact: string, step: number): Address | undefined => {
    const { outputs, each = {} } = records.get(stage)!;
    return outputs[artifact] ?? each[artifact]?.at(step);
  };
  const open = (name: string, step: number): unknown => {
    const found = openOutput(graph, name, (stage, artifact) => store.artifact(addressIn(stage, artifact, step)!));
    if (found === null) throw notPutOut(name);
    return found.value;
  };
  const once = <T>(key: string, make: () => T): T => {
    if (!opened.has(key)) opened.set(key, make());
    return opened.get(key) as T;
  };
  const addressOf = (name: string) =>
    graph.toReversed().map(({ stage }) => addressIn(stage.name, name, -1)).find((address) => address !== undefined);
  return {
    has: (name) => addressOf(name) !== undefined || graph.some(({ stage }) => puts(stage, name)),
    output: <V>(name: string) => once(`last ${name}`, () => open(name, -1) as V),
    each: <V>(name: string) =>
      once(`each ${name}`, () => Array.from({ length: stepsOf(name) }, (_, step) => open(name, step) as V)),
    artifact(name) {
      const address = addressOf(name);
      if (address === undefined) throw notPutOut(name);
      return store.artifact(address);
    },
  };

  function stepsOf(output: string): number {
    for (const { stage } of graph.toReversed()) {
      if (stage.kind !== "fold" || !Object.hasOwn(stage.each, output)) continue;
      const [artifact] = Object.keys(artifactsOf({ [output]: stage.each[output] }));
      return records.get(stage.name)!.each![artifact].length;
    }
    throw new TypeError(`No stage of this run puts out "${output}" at every step.`);
  }
}

function puts(stage: Stage, output: string): boolean {
  return Object.hasOwn(stage.outputs, output) || (stage.kind === "fold" && Object.hasOwn(stage.each, output));
}

function notPutOut(name: string): TypeError {
  return new TypeError(`No stage of this run puts out "${name}".`);
}
