/** Recomputes experiments for `reproduce`, and prints how their digests compare with the expected ones. */
import { join } from "node:path";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { CommandContext } from "./command.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { secondsSince } from "../engine/run/folds.ts";
import { withRepairs } from "../engine/run/repairs.ts";
import type { RunOptions } from "../engine/run/run_options.ts";
import { runStages } from "../engine/run/runner.ts";
import { withLock } from "../engine/store/lock.ts";
import { storeTree } from "../engine/store/store_failure.ts";
import { Store } from "../engine/store/store.ts";
import { describeCue } from "../engine/why/cue_text.ts";
import { graphOf } from "../experiment/chain.ts";
import { type LoadedExperiment, loadExperiment } from "../experiment/load.ts";
import { compareDigests, type DigestComparison, digestsOfRun, placesOf, type RunDigests } from "../results/digests.ts";
import { changesOf, type ExpectedRuns, readExpected, valuesOf, writeExpected } from "../results/expected.ts";
import { finishedRun } from "../results/finish_run.ts";
import { secondsText } from "../text/numbers.ts";
import { visible } from "../text/visible.ts";
import { FAILED, printFailure } from "./failure.ts";
import { makeRunView } from "./run_view.ts";
import { dim, green, print, printError, red } from "./terminal.ts";

/** The outcome for one experiment. */
interface Reproduction {
  experiment: string;
  status: "same" | "differs" | "changed" | "updated";
  seconds: number;
  comparison: DigestComparison | null;
  /** How the experiment differs from the one whose digests are expected. */
  changes: string[];
}

/** What is chosen on the command line. */
interface Choices {
  /** The file with the expected digests. */
  expected: string;
  /** Whether the computed digests become the expected ones. */
  update: boolean;
  /** The folder in which the empty cache is created. */
  cache: string;
  json: boolean;
}

/** What the worker receives besides. */
type Surroundings = Pick<CommandContext<Record<never, never>>, "pipeline" | "code" | "foldersOf" | "signal" | "send">;

/**
 * Computes experiments one after the other, prints each outcome, and returns the exit code. If one fails, others continue.
 * @throws ConfigError or UsageError, before anything is computed, if the command is not valid.
 */
export async function reproduce(
  files: readonly string[],
  choices: Choices,
  { pipeline, code, foldersOf, signal, send }: Surroundings,
): Promise<number> {
  const { expected: file, update } = choices;
  const expected = readExpected(file) ?? {};
  if (files.length === 0) throw noExperiments(file);
  const experiments = files.map((one) => loadExperiment(pipeline, one, [], foldersOf(one)));
  const unknown = experiments.find(({ experiment }) => !update && !Object.hasOwn(expected, experiment.name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `${file} has no digests of ${unknown.experiment.name}. ` +
        `To add them as they are computed now: deno task reproduce --update ${unknown.file}.`,
    );
  }
  return await withEmptyFolder(choices.cache, signal, async (folder) => {
    const found: ExpectedRuns = {};
    const store = new Store(folder);
    let exitCode = 0;
    for (const loaded of experiments) {
      const { name } = loaded.experiment;
      const events = makeRunView(name, false, (progress) => send({ progress }));
      try {
        const started = performance.now();
        const digests = await compute(pipeline, loaded, { store, code, signal, events });
        found[name] = { experiment: valuesOf(loaded.experiment), ...digests };
        const outcome = judge(found[name], update ? null : expected[name]);
        const result: Reproduction = { experiment: name, seconds: secondsSince(started), ...outcome };
        print(choices.json ? JSON.stringify(result) : reproductionText(result, digests));
        if (result.status === "differs" || result.status === "changed") exitCode = FAILED;
      } catch (error) {
        exitCode = Math.max(exitCode, printFailure(error, { run: name, stage: events.failed() }));
        if (signal.aborted) break;
      }
    }
    if (update && exitCode === 0) writeExpected(file, { ...expected, ...found });
    return exitCode;
  });
}

function noExperiments(file: string): ConfigError {
  return new ConfigError(
    `There are no expected digests in ${file}. Create them: deno task reproduce --update experiments/two-layer.json.`,
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
  { experiment, params }: LoadedExperiment,
  context: Pick<RunOptions, "store" | "code" | "signal" | "events">,
): Promise<RunDigests> {
  const { name } = experiment;
  const { store } = context;
  const graph = graphOf(pipeline, experiment);
  return await withRepairs(store, async () => {
    const stages = await runStages({ ...context, graph, params, library: pipeline, name, forced: new Set() });
    return digestsOfRun(pipeline, finishedRun(pipeline, { name, experiment }, graph, stages, store), store);
  }, { onWait: context.events.storeWaits, signal: context.signal });
}

function judge(
  found: ExpectedRuns[string],
  expected: ExpectedRuns[string] | null,
): Pick<Reproduction, "status" | "comparison" | "changes"> {
  if (expected === null) return { status: "updated", comparison: null, changes: [] };
  const changes = changesOf(expected.experiment, found.experiment)
    .map(({ path, a, b }) => describeCue({ kind: "param", path, old: a, new: b }));
  if (changes.length > 0) return { status: "changed", comparison: null, changes };
  const comparison = compareDigests(expected, found);
  return { status: comparison.first === null ? "same" : "differs", comparison, changes };
}

/** An outcome as text: one line, followed by the first digest that differs. */
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
    return [line, ...changes.map((change) => `  ${visible(change)}`), `  ${dim(advice)}`].join("\n");
  }
  if (!comparison?.first) return line;
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
