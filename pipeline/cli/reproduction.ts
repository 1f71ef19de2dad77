/** Computes experiments from scratch for `reproduce`, and prints how their digests compare with the expected ones. */
import { dirname, join } from "node:path";
import type { Pipeline } from "../define/pipeline.ts";
import { CodeReader } from "../engine/keys/code.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { withRepairs } from "../engine/run/repairs.ts";
import { type RunOptions, runStages } from "../engine/run/runner.ts";
import { withLock } from "../engine/store/lock.ts";
import { Store } from "../engine/store/store.ts";
import { describeCue } from "../engine/why/cue_text.ts";
import { graphOf } from "../experiment/chain.ts";
import { isExperimentFile, type LoadedExperiment, loadExperiment } from "../experiment/load.ts";
import { compareDigests, type DigestComparison, digestsOfRun, placesOf, type RunDigests } from "../results/digests.ts";
import { changesOf, type ExpectedRuns, readExpected, valuesOf, writeExpected } from "../results/expected.ts";
import { finishedRun } from "../results/finish_run.ts";
import { secondsText } from "../text/numbers.ts";
import { FAILED, printFailure } from "./failure.ts";
import { listenForInterrupts } from "./interrupt.ts";
import { makeRunView } from "./run_view.ts";
import { dim, green, print, printError, red } from "./terminal.ts";
import { requireWritePermission } from "./write_permission.ts";

/** The outcome for one experiment. */
interface Reproduction {
  experiment: string;
  status: "same" | "differs" | "changed" | "updated";
  seconds: number;
  comparison: DigestComparison | null;
  /** What makes the experiment another one than that whose digests are expected. */
  changes: string[];
}

/** What is chosen on the command line. */
interface Choices {
  /** The file with the expected digests. */
  expected: string;
  /** Whether the computed digests become the expected ones. */
  update: boolean;
  /** Where the empty cache is made. */
  cache: string;
  data: readonly string[];
  json: boolean;
}

/**
 * Computes experiments, prints the outcomes, and returns the exit code.
 * @throws ConfigError and UsageError, before anything is computed, when it cannot be done.
 */
export async function reproduce(pipeline: Pipeline, given: readonly string[], choices: Choices): Promise<number> {
  const { expected: file, update, cache, data } = choices;
  const expected = readExpected(file) ?? {};
  const experiments = filesOf(given, expected, file).map((one) => loadExperiment(pipeline, one, [], data));
  const unknown = experiments.find(({ experiment }) => !update && !Object.hasOwn(expected, experiment.name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `${file} has no digests of ${unknown.experiment.name}. ` +
        `To add them as they are computed now: deno task reproduce --update ${unknown.file}.`,
    );
  }
  requireWritePermission("reproduce", [cache, ...(update ? [dirname(file)] : [])]);
  using interrupts = listenForInterrupts();
  const { signal } = interrupts;
  return await withEmptyFolder(cache, signal, async (folder) => {
    const { exitCode, found } = await computeAll(pipeline, experiments, {
      ...choices,
      expected,
      cache: folder,
      signal,
    });
    if (update && exitCode === 0) writeExpected(file, { ...expected, ...found });
    return exitCode;
  });
}

/** The experiment files that are meant: those given, by path or name, or all with expected digests, beside `file`. */
function filesOf(given: readonly string[], expected: ExpectedRuns, file: string): string[] {
  const beside = (name: string) => join(dirname(file), `${name}.json`);
  // `experiments/*.json` also matches the schema and the expected digests.
  const named = given.filter(isExperimentFile).map((one) => (Object.hasOwn(expected, one) ? beside(one) : one));
  const files = named.length > 0 ? named : Object.keys(expected).map(beside);
  if (files.length > 0) return files;
  throw new ConfigError(
    `There are no expected digests in ${file}. Create them: deno task reproduce --update experiments/two-layer.json.`,
  );
}

/** Does `work` with an empty folder, and removes it. Only one process at a time has it. */
async function withEmptyFolder<T>(
  parent: string,
  signal: AbortSignal,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  Deno.mkdirSync(parent, { recursive: true });
  const folder = join(parent, "reproduce");
  const onWait = () => printError("Waiting for another reproduce to end.");
  return await withLock(join(parent, "reproduce.lock"), onWait, async () => {
    removeFolder(folder);
    try {
      return await work(folder);
    } finally {
      removeFolder(folder);
    }
  }, { by: "reproduce", signal });
}

function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What the experiments have in common. */
interface Settings extends Pick<Choices, "update" | "json" | "cache"> {
  expected: ExpectedRuns;
  /** Ends the work. */
  signal: AbortSignal;
}

/** Computes one experiment after the other and prints each outcome. One that fails does not keep others from running. */
async function computeAll(
  pipeline: Pipeline,
  experiments: readonly LoadedExperiment[],
  settings: Settings,
): Promise<{ exitCode: number; found: ExpectedRuns }> {
  const found: ExpectedRuns = {};
  const [code, store] = [new CodeReader(pipeline.roots), new Store(settings.cache)];
  const { signal } = settings;
  let exitCode = 0;
  for (const loaded of experiments) {
    const { name } = loaded.experiment;
    const events = makeRunView({ lines: false, bars: !settings.json });
    try {
      const started = performance.now();
      const digests = await compute(pipeline, loaded, { store, code, signal, events });
      const seconds = (performance.now() - started) / 1000;
      found[name] = { experiment: valuesOf(loaded.experiment), ...digests };
      const result = judge(found[name], name, seconds, settings);
      print(settings.json ? JSON.stringify(result) : reproductionText(result, digests));
      if (result.status === "differs" || result.status === "changed") exitCode = FAILED;
    } catch (error) {
      exitCode = Math.max(exitCode, printFailure(error, { run: name, stage: events.failed() }));
      if (signal.aborted) break;
    }
  }
  return { exitCode, found };
}

async function compute(
  pipeline: Pipeline,
  { experiment, params }: LoadedExperiment,
  settings: Pick<RunOptions, "store" | "code" | "signal" | "events">,
): Promise<RunDigests> {
  const { name } = experiment;
  const { store } = settings;
  const graph = graphOf(pipeline, experiment);
  return await withRepairs(store, async () => {
    const stages = await runStages({ ...settings, graph, params, library: pipeline, name, forced: new Set() });
    return digestsOfRun(pipeline, finishedRun(pipeline, { name, experiment }, graph, stages, store), store);
  });
}

function judge(found: ExpectedRuns[string], experiment: string, seconds: number, settings: Settings): Reproduction {
  const expected = settings.expected[experiment];
  const judged = { experiment, seconds, comparison: null, changes: [] };
  if (settings.update) return { ...judged, status: "updated" };
  const changes = changesOf(expected.experiment, found.experiment)
    .map(({ path, a, b }) => describeCue({ kind: "param", path, old: a, new: b }));
  if (changes.length > 0) return { ...judged, status: "changed", changes };
  const comparison = compareDigests(expected, found);
  return { ...judged, status: comparison.first === null ? "same" : "differs", comparison };
}

/** An outcome in words: one line, and where the digests first differ below it. */
function reproductionText(
  { experiment, status, seconds, comparison, changes }: Reproduction,
  found: RunDigests,
): string {
  const isGood = status === "same" || status === "updated";
  const epochs = Math.max(...Object.values(found.stages).map(({ steps }) => steps?.length ?? 0)) - 1;
  const count = `${epochs} ${epochs === 1 ? "epoch" : "epochs"}, ${placesOf(found).length} digests`;
  const columns = [experiment.padEnd(20), (isGood ? green : red)(status.padEnd(8)), count];
  const line = `${columns.join(" ")}  ${secondsText(seconds).padStart(7)}`;
  if (status === "changed") {
    const advice = "The experiment has changed since its digests were computed. To replace them: --update.";
    return [line, ...changes.map((change) => `  ${change}`), `  ${dim(advice)}`].join("\n");
  }
  if (comparison === null || comparison.first === null) return line;
  const { first, before, differing, places } = comparison;
  const epoch = first.epoch === null ? "" : `, epoch ${first.epoch}`;
  return [
    line,
    `  first     ${first.stage}${epoch}, ${first.what}`,
    `  expected  ${first.expected ?? "nothing"}`,
    `  found     ${first.found ?? "nothing"}`,
    `  ${dim(`the ${before} digests before it are the same; ${differing} of all ${places} differ`)}`,
  ].join("\n");
}
