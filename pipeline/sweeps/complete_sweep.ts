/** A sweep with everything filled in: its trials and how they compete. */
import type { Pipeline } from "../define/define_pipeline.ts";
import { type FigureDefinition, headingOf } from "../define/figure.ts";
import { named } from "../define/library.ts";
import type { KnownOfRun } from "../define/experiment_check.ts";
import type { Bracket, Choices, Parameter } from "../define/search.ts";
import { ConfigError } from "../engine/run_errors.ts";
import type { Graph } from "../engine/stage/stage_graph.ts";
import type { Fold } from "../engine/stage/stage.ts";
import type { Plain } from "../engine/store/digest.ts";
import { graphOf } from "../experiment/chain.ts";
import { parseSeeds } from "../experiment/grid.ts";
import { knownOf } from "../experiment/known_problems.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import type { SweepSection } from "../experiment/sweep_schema.ts";
import { shortPaths } from "../compare/labels.ts";
import { suggestion } from "../text/suggestion.ts";
import type { SweepReport, SweptParameter } from "./sweep_report.ts";

/** A sweep, as plain data. */
export interface CompleteSweep extends Pick<SweepReport, "name" | "method" | "metric" | "parameters" | "seeds"> {
  /** The epochs of a trial that is never stopped. */
  epochs: number;
  trials: Choices[];
  brackets: Bracket[];
}

/** Completes the sweep of an experiment. @throws ConfigError if it has none, or one that cannot be done. */
export function completeSweep(pipeline: Pipeline, loaded: LoadedExperiment): CompleteSweep {
  const { file, experiment, params, sweep } = loaded;
  if (sweep === null) {
    throw new ConfigError(
      `${file} has no section "sweep". Add one: "sweep": { "method": "random", "trials": 20, "parameters": ` +
        `{ "train.optimizer.lr": { "min": 0.0001, "max": 1, "scale": "log" } } }`,
    );
  }
  const graph = graphOf(pipeline, experiment);
  const explained = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof ConfigError ? new ConfigError(`${file}: ${error.message}`) : error;
    }
  };
  return explained(() => {
    const known = knownOf(pipeline, graph, params);
    const figure = choosingFigure(pipeline, sweep, known);
    const lacking = figure.lacks?.(known) ?? null;
    if (lacking !== null) {
      throw new ConfigError(`sweep ranks trials by ${figure.name}, which this experiment has not: ${lacking}`);
    }
    const { method, goal, parameters, seeds } = sweep;
    const epochs = lastStepIn(graph, params);
    const search = named(pipeline.searches, method);
    const trials = search.trials(parameters, sweep, epochs);
    if (trials.length === 0 || Object.keys(trials[0]).length === 0) {
      throw new ConfigError(
        'sweep.parameters is empty. Say what varies: "train.optimizer.lr": { "values": [0.01, 0.1] }.',
      );
    }
    const everyTrial = trials.map((_, i) => i);
    return {
      name: experiment.name,
      method,
      metric: {
        name: figure.name,
        title: headingOf(figure),
        form: figure.form,
        goal: goal ?? (figure.better === "lower" ? "minimize" : "maximize"),
      },
      parameters: sweptParameters(parameters, trials),
      seeds: seeds === undefined
        ? [experiment.seed]
        : typeof seeds === "string"
        ? parseSeeds(seeds)
        : [...new Set(seeds)],
      epochs,
      trials,
      brackets: search.brackets?.(trials.length, sweep, epochs) ??
        [{ trials: everyTrial, rungs: [{ epochs: null, keeps: 0 }] }],
    };
  });
}

/** The figure that ranks trials. @throws ConfigError for an unknown one, and for one that does not choose. */
function choosingFigure({ figures }: Pipeline, { metric }: SweepSection, known: KnownOfRun): FigureDefinition {
  const choosing = figures.filter(({ chooses }) => chooses);
  const chosen = metric === undefined
    ? choosing.find(({ lacks }) => (lacks?.(known) ?? null) === null) ?? choosing[0]
    : choosing.find(({ name }) => name === metric);
  if (chosen !== undefined) return chosen;
  const names = choosing.map(({ name }) => name);
  const named = figures.find(({ name }) => name === metric);
  const problem = named === undefined
    ? `sweep.metric is ${metric}, which is no figure.`
    : named.dependsOn.some((name) => name.includes("test_"))
    ? `sweep.metric is ${metric}, which must not choose: it would be chosen by what it is tested on.`
    : `sweep.metric is ${metric}, by which trials are not ranked.`;
  throw new ConfigError(`${problem} ${suggestion(String(metric), names)}`);
}

/** The number of the last step of the first fold. @throws ConfigError if there is none. */
export function lastStepIn(graph: Graph, params: Readonly<Record<string, unknown>>): number {
  const fold = graph.find(({ stage, follows }) => stage.kind === "fold" && follows === null)?.stage as Fold | undefined;
  if (fold === undefined) {
    throw new ConfigError("no stage of this experiment is trained step by step, so nothing is swept.");
  }
  return fold.lastStep!(params[fold.name]);
}

function sweptParameters(space: Readonly<Record<string, Parameter>>, trials: readonly Choices[]): SweptParameter[] {
  const paths = [...new Set(trials.flatMap((choices) => Object.keys(choices)))];
  const titles = shortPaths(paths);
  return paths.map((path) => {
    const parameter = space[path] ?? { values: distinctValues(trials.map((choices) => choices[path])) };
    const title = titles.get(path)!;
    if ("values" in parameter) return { path, title, range: null, values: parameter.values as Plain[] };
    const { min, max, scale } = parameter;
    return { path, title, range: { min, max, scale }, values: null };
  });
}

function distinctValues(values: readonly (Plain | undefined)[]): Plain[] {
  const known = values.filter((value) => value !== undefined);
  return [...new Map(known.map((value) => [JSON.stringify(value), value])).values()];
}

/** Which trials compete at more than one rung: their epochs are counted, so these must be the same for all. */
export function hasRungs({ brackets }: CompleteSweep): boolean {
  return brackets.some(({ rungs }) => rungs.length > 1);
}
