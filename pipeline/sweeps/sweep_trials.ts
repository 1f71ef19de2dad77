/** The trials of a sweep as variants of its experiment, loaded when they are needed, and what is known of each. */
import type { Pipeline } from "../define/define_pipeline.ts";
import { named } from "../define/library.ts";
import type { CodeReader } from "../engine/keys/code.ts";
import { sourcesOf } from "../engine/keys/request.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { canonicalJson, digestOfPlain, type Plain } from "../engine/store/digest.ts";
import { graphOf } from "../experiment/chain.ts";
import { readFiles } from "../experiment/extends.ts";
import { type LoadedExperiment, loadExperiment } from "../experiment/load.ts";
import type { Override } from "../experiment/override.ts";
import type { Pinned } from "../experiment/pinned.ts";
import { runName, type Variant } from "../experiment/variants.ts";
import { type CompleteSweep, hasRungs, lastStepIn } from "./complete_sweep.ts";

/** What the trials of a sweep have in common. */
export interface SweepBase {
  pipeline: Pipeline;
  code: CodeReader;
  sweep: CompleteSweep;
  /** The experiment, complete, and what was set on the command line. */
  experiment: Pinned<LoadedExperiment>;
  /** The same, before it was completed. */
  loaded: LoadedExperiment;
  overrides: readonly Override[];
  folders: readonly string[];
  /** Completes a trial that needs files which the experiment itself does not. */
  pin(trial: LoadedExperiment): Promise<Pinned<LoadedExperiment>>;
}

/** Loads trials. */
export interface SweepTrials {
  /** @throws ConfigError for values that make no valid experiment. */
  variant(trial: number, seed: number): Promise<Pinned<Variant>>;
  /** Digest of everything that decides a trial's figure: its experiment, and the code of stages and of the figure. */
  subject(trial: number, seed: number): Promise<string>;
  /** Digest of the sweep, and of everything else that decides its trials: processes that have the same one may share it. */
  identity(): Promise<string>;
}

/** Makes the loader of a sweep's trials. Files are read once. */
export function sweepTrials({ pipeline, code, sweep, ...base }: SweepBase): SweepTrials {
  const { loaded, overrides, folders } = base;
  const files = readFiles(loaded.file, folders);
  const { source } = named(pipeline.figures, sweep.metric.name);
  const countsEpochs = hasRungs(sweep);

  async function load(trial: number, own: readonly Override[]): Promise<Pinned<LoadedExperiment>> {
    const choices = Object.entries(sweep.trials[trial]).map(([path, value]) => ({ path, value }));
    try {
      const one = loadExperiment(pipeline, loaded.file, [...overrides, ...choices, ...own], folders, files);
      if (countsEpochs && lastStepIn(graphOf(pipeline, one.experiment), one.params) !== sweep.epochs) {
        throw new ConfigError("rungs are epochs, so all trials must have the same number of them.");
      }
      return completedLike(one, base, pipeline) ?? await base.pin(one);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const isFraction = ({ value }: Override) => typeof value === "number" && !Number.isInteger(value);
      const advice = error.message.includes("expected an integer") && choices.some(isFraction)
        ? ' For a range of whole numbers, add "integer": true to it.'
        : "";
      throw new ConfigError(`Trial ${trial} (${choicesText(choices)}): ${error.message}${advice}`);
    }
  }

  /** The trial whose subject was asked for last: there is one per seed. */
  let last: { trial: number; one: Pinned<LoadedExperiment> } | null = null;

  async function subject(trial: number, seed: number): Promise<string> {
    if (last?.trial !== trial) last = { trial, one: await load(trial, []) };
    const { experiment, params } = last.one;
    const graph = graphOf(pipeline, experiment);
    const stages = graph.flatMap((wired) => sourcesOf({ graph, params, library: pipeline }, wired));
    const { name: _, about: __, ...decisive } = experiment;
    return digestOfPlain({
      experiment: decisive as unknown as Plain,
      seed,
      metric: sweep.metric.name,
      code: code.digest([...new Set([source, ...stages])]).digest,
    });
  }

  return {
    subject,
    // The trials differ from the first one in nothing but what the sweep says.
    identity: async () => digestOfPlain({ sweep: sweep as unknown as Plain, first: await subject(0, sweep.seeds[0]) }),
    async variant(trial, seed) {
      const own = [{ path: "seed", value: seed }];
      const one = await load(trial, own);
      const choices = { ...sweep.trials[trial] };
      const changed = Object.entries({ ...choices, ...(sweep.seeds.length > 1 ? { seed } : {}) });
      const name = runName(one.experiment.name, changed.map(([path, value]) => ({ path, value })));
      return { ...one, runName: name, choices };
    },
  };
}

/** A trial, complete as its base is; null if it differs from it in what had to be completed. */
function completedLike(
  trial: LoadedExperiment,
  { experiment: base, loaded }: Pick<SweepBase, "experiment" | "loaded">,
  pipeline: Pipeline,
): Pinned<LoadedExperiment> | null {
  const stages = graphOf(pipeline, trial.experiment).filter(({ stage }) => stage.pin !== undefined);
  let { params, experiment } = trial;
  for (const { stage: { name } } of stages) {
    const [own, its] = [trial, loaded].map(({ params }) => canonicalJson((params[name] ?? null) as Plain));
    if (own !== its) return null;
    params = { ...params, [name]: base.params[name] };
    experiment = { ...experiment, pipeline: { ...experiment.pipeline, [name]: base.experiment.pipeline[name] } };
  }
  return { ...trial, params, experiment, pins: base.pins };
}

function choicesText(choices: readonly { path: string; value: unknown }[]): string {
  return choices.map(({ path, value }) => `${path}=${JSON.stringify(value)}`).join(", ");
}
