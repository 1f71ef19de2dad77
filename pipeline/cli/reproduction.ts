/** Recomputes experiments for `reproduce`, and compares them with their expected digests and with PyTorch. */
import { join } from "node:path";
import { FILE_ROLES } from "../define/dataset.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Moments } from "../classifier/kinds/normalized_numbers.ts";
import type { CommandContext } from "./command.ts";
import { ConfigError, UsageError } from "../engine/run_errors.ts";
import { secondsSince } from "../engine/run/folds.ts";
import { withRepairs } from "../engine/run/repairs.ts";
import type { RunOptions } from "../engine/run/run_options.ts";
import { runStages } from "../engine/run/runner.ts";
import { withLock } from "../engine/store/lock.ts";
import { storeTree } from "../engine/store/store_failure.ts";
import { Store } from "../engine/store/store.ts";
import { graphOf } from "../experiment/chain.ts";
import { type LoadedExperiment, loadExperiment } from "../experiment/load.ts";
import type { Pinned } from "../experiment/pinned.ts";
import { overrideOf } from "../experiment/override.ts";
import { digestsOfRun } from "../results/digests.ts";
import { type ExpectedRun, type ExpectedRuns, readExpected, valuesOf, writeExpected } from "../results/expected.ts";
import { finishedRun } from "../results/finish_run.ts";
import { bitsOf, type EpochBits, type PytorchRun } from "../results/pytorch.ts";
import { FAILED, printFailure } from "./failure.ts";
import { checkComparable, checkPytorch, trainInPytorch } from "./live_pytorch.ts";
import { judge, type Outcome, outcomeText } from "./reproduction_outcome.ts";
import { type Computing, kernelsInUse, loadNativeCode } from "./native_code.ts";
import { pinForPlan, requireLocked } from "./pin_variants.ts";
import { makeRunView } from "./run_view.ts";
import { settingsOf } from "./settings.ts";
import { print, printError } from "./terminal.ts";

/** What is chosen on the command line. */
interface Choices extends Computing {
  /** The file with the expected digests. */
  expected: string;
  /** Whether what is computed becomes the expected. */
  update: boolean;
  /** Whether PyTorch trains the experiments as well, now. Nothing else is then compared. */
  pytorch: boolean;
  /** Overrides, as typed. */
  set: readonly string[];
  /** The folder with the runs that experiments begin with. */
  results: string;
  /** The folder in which the empty cache is created. */
  cache: string;
  json: boolean;
}

/** What the worker receives besides. */
type Surroundings = Pick<
  CommandContext<Record<never, never>>,
  "pipeline" | "code" | "foldersOf" | "lockOf" | "signal" | "send"
>;

/** What an experiment came to. */
interface Computed {
  run: ExpectedRun;
  /** After every epoch. */
  bits: EpochBits[];
  /** The paths of the dataset's four files; none if no stage downloads them. */
  data: string[];
  /** The mean and the standard deviation of each column of a table, which the reference script does not measure. */
  columns?: Moments;
}

/**
 * Computes experiments one after the other, prints each outcome, and returns the exit code. If one fails, others continue.
 * @throws ConfigError or UsageError, before anything is computed, if the command is not valid; ProgramError if PyTorch is
 * needed and not installed.
 */
export async function reproduce(
  files: readonly string[],
  choices: Choices,
  worker: Surroundings,
): Promise<number> {
  const { pipeline, code, signal, send } = worker;
  const { expected: file, update, pytorch: isLive } = choices;
  const expected = readExpected(file) ?? {};
  const loaded = loadAll(files, choices, expected, worker);
  const { experiments } = await pinForPlan(loaded, worker, choices);
  requireLocked(experiments);
  if (isLive) {
    experiments.forEach((one) => checkComparable(pipeline, one));
    await checkPytorch(signal);
  }
  return await withEmptyFolder(choices.cache, signal, async (folder) => {
    const found: ExpectedRuns = {};
    const store = new Store(folder);
    let [exitCode, isComplete] = [0, true];
    for (const loaded of experiments) {
      const { name } = loaded.experiment;
      const events = makeRunView(name, false, (progress) => send({ progress }));
      try {
        const started = performance.now();
        await loadNativeCode(choices, false);
        const { run, bits, ...given } = await compute(pipeline, loaded, { store, code, signal, events });
        const before = Object.hasOwn(expected, name) ? expected[name] : null;
        const live = isLive ? await trainLive(name, run, bits.length - 1, given, worker) : undefined;
        const judged = judge({ run, bits, live, before, update });
        found[name] = judged.expected;
        const outcome: Outcome = {
          experiment: name,
          seconds: secondsSince(started),
          kernels: kernelsInUse()!.name,
          ...judged.outcome,
        };
        print(choices.json ? JSON.stringify(outcome) : outcomeText(outcome, run));
        if (!judged.isGood) exitCode = FAILED;
      } catch (error) {
        isComplete = false;
        exitCode = Math.max(exitCode, printFailure(error, { run: name, stage: events.failed() }));
        if (signal.aborted) break;
      }
    }
    if (update && isComplete) writeExpected(file, { ...expected, ...found });
    return exitCode;
  });
}

function loadAll(
  files: readonly string[],
  { expected: file, update, pytorch, set }: Choices,
  expected: ExpectedRuns,
  { pipeline, foldersOf }: Surroundings,
): LoadedExperiment[] {
  if (set.length > 0 && (update || !pytorch)) {
    throw new UsageError("--set changes an experiment, so it goes with --pytorch, and not with expected digests.");
  }
  if (files.length === 0) {
    throw new ConfigError(
      `There are no expected digests in ${file}. Create them: deno task reproduce --update experiments/two-layer.json.`,
    );
  }
  const overrides = settingsOf({ set }).map(overrideOf);
  const experiments = files.map((one) => loadExperiment(pipeline, one, overrides, foldersOf(one)));
  const unknown = experiments.find(({ experiment }) => !Object.hasOwn(expected, experiment.name));
  if (unknown === undefined || update || pytorch) return experiments;
  throw new ConfigError(
    `${file} has no digests of ${unknown.experiment.name}. ` +
      `To add them as they are computed now: deno task reproduce --update ${unknown.file}.`,
  );
}

/** Runs `work` with an empty folder, and removes it. Only one process at a time has it. */
async function withEmptyFolder<T>(
  parent: string,
  signal: AbortSignal,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const tree = storeTree(parent);
  tree.makeFolder(parent);
  const folder = join(parent, "reproduce");
  const remove = () => tree.removeAll(folder);
  const onWait = () => printError("Another `reproduce` is running; waiting for it to finish.");
  return await withLock(tree, join(parent, "reproduce.lock"), onWait, () => {
    remove();
    return work(folder).finally(remove);
  }, { by: "reproduce", signal });
}

async function compute(
  pipeline: Pipeline,
  { experiment, params, pins: { kept } }: Pinned<LoadedExperiment>,
  context: Pick<RunOptions, "store" | "code" | "signal" | "events">,
): Promise<Computed> {
  const { name } = experiment;
  const { store } = context;
  const graph = graphOf(pipeline, experiment);
  return await withRepairs(store, async () => {
    const stages = await runStages({ ...context, graph, params, kept, library: pipeline, name, forced: new Set() });
    const run = finishedRun(pipeline, { name, experiment }, graph, stages, store);
    const moments = run.has("moments") ? run.output<Moments>("moments") : null;
    const files = stages.find(({ stage }) => stage === "download")?.record.outputs ?? {};
    return {
      run: { experiment: valuesOf(experiment), ...digestsOfRun(pipeline, run, store) },
      bits: bitsOf(run),
      ...(Array.isArray(moments?.mean) ? { columns: { mean: moments.mean, std: moments.std } } : {}),
      data: FILE_ROLES.flatMap((role) => role in files ? [store.artifactPath(files[role].digest)] : []),
    };
  }, { onWait: context.events.storeWaits, signal: context.signal });
}

/** PyTorch trains as many epochs as the run has, which early stopping may have ended. */
async function trainLive(
  run: string,
  { experiment }: ExpectedRun,
  total: number,
  { data, columns }: Pick<Computed, "data" | "columns">,
  { send, signal }: Surroundings,
): Promise<PytorchRun> {
  const { train, ...stages } = experiment.pipeline;
  const normalize = columns === undefined ? {} : { normalize: columns };
  const trained = { ...experiment, pipeline: { ...stages, ...normalize, train: { ...train, epochs: total } } };
  try {
    return await trainInPytorch(trained, data, (done) => {
      send({ progress: { run, stage: "PyTorch", done, total, unit: "steps", note: `epoch ${done} of ${total}` } });
    }, signal);
  } finally {
    send({ progress: null });
  }
}
