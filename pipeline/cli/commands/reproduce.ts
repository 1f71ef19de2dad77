/** `reproduce`: computes experiments from nothing and compares every digest with the expected one. */
import { dirname, join } from "node:path";
import { CodeReader } from "../../engine/keys/code.ts";
import { isExperimentFile, type LoadedExperiment, loadExperiment, paramsForRun } from "../../experiment/load.ts";
import { ConfigError } from "../../engine/run_errors.ts";
import { withLock } from "../../engine/store/lock.ts";
import { describeCue } from "../../engine/why/cue_text.ts";
import {
  compareDigests,
  type DigestComparison,
  digestsOfRun,
  placesOf,
  type RunDigests,
} from "../../results/digests.ts";
import {
  changesOf,
  type ExpectedRun,
  type ExpectedRuns,
  readExpected,
  valuesOf,
  writeExpected,
} from "../../results/expected.ts";
import { summarize } from "../../results/summary.ts";
import { runStages } from "../../engine/run/runner.ts";
import { graph } from "../../classifier/stages/mod.ts";
import { Store } from "../../engine/store/store.ts";
import { FAILED, tellFailure } from "../failure.ts";
import { secondsText } from "../../text/numbers.ts";
import { listenForInterrupts } from "../interrupt.ts";
import { readOptions } from "../options.ts";
import { mustMayWrite } from "../may_write.ts";
import { makeRunView, type RunView } from "../run_view.ts";
import { complain, dim, green, print, red } from "../terminal.ts";

const HELP = `Compute experiments from nothing, and compare every digest with the expected one.

  deno task reproduce [CONFIG…] [options]

  CONFIG            an experiment file, or the name of an experiment that has expected digests; left out, all of these
  --expected FILE   the expected digests (default: experiments/expected.json)
  --update          write what was computed as what is expected, once all experiments have ended well
  --cache DIR       the folder in which the empty cache is made, and removed (default: .retrace)
  --data DIR        a folder outside of the experiment's and the current one that it may read; may be given again
  --json            print one JSON object an experiment instead of text

The first stage, epoch and tensor that differ are named, with both digests. No stored result is used and none is written.

Exit code: 0 all the same, 1 something differs or a run failed, 2 wrong use.`;

/** What became of one experiment. */
interface Reproduction {
  experiment: string;
  status: "same" | "differs" | "changed" | "updated";
  seconds: number;
  comparison: DigestComparison | null;
  /** Why the experiment is not the one whose digests are kept: what was changed. */
  changes: string[];
}

/** What all experiments of one command line have in common. */
interface Settings {
  expected: ExpectedRuns;
  update: boolean;
  json: boolean;
  store: Store;
  code: CodeReader;
  /** Ends the work. */
  signal: AbortSignal;
}

/** The command. */
export async function reproduce(args: string[]): Promise<number> {
  const { values, lists, switches, rest } = readOptions(args, {
    command: "reproduce",
    values: ["expected", "cache"],
    lists: ["data"],
    switches: ["update", "json"],
  });
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  const file = values.expected ?? "experiments/expected.json";
  const [update, json] = [switches.has("update"), switches.has("json")];
  const expected = readExpected(file) ?? {};
  const experiments = filesOf(rest, expected, file).map((config) => loadExperiment(config, [], lists.data));
  if (!update) mustBeExpected(experiments, expected, file);
  mustMayWrite("reproduce", [values.cache ?? ".retrace", ...(update ? [dirname(file)] : [])]);
  using interrupts = listenForInterrupts();
  const { signal } = interrupts;
  return await withEmptyCache(values.cache ?? ".retrace", signal, async (cache) => {
    const code = new CodeReader(graph.map(({ source }) => source));
    const { exitCode, found } = await runAll(experiments, {
      expected,
      update,
      json,
      store: new Store(cache),
      code,
      signal,
    });
    if (update && exitCode === 0) writeExpected(file, { ...expected, ...found });
    return exitCode;
  });
}

/** The experiment files that are meant: those named, or all whose digests are kept, which lie beside them. */
function filesOf(named: readonly string[], expected: ExpectedRuns, file: string): string[] {
  const beside = (name: string) => join(dirname(file), `${name}.json`);
  const own = named.filter(isExperimentFile).map((one) => (Object.hasOwn(expected, one) ? beside(one) : one));
  if (own.length > 0) return own;
  const names = Object.keys(expected);
  if (names.length > 0) return names.map(beside);
  throw new ConfigError(
    `There are no expected digests in ${file}. Make them: deno task reproduce --update experiments/two-layer.json.`,
  );
}

function mustBeExpected(experiments: readonly LoadedExperiment[], expected: ExpectedRuns, file: string): void {
  const unknown = experiments.find(({ experiment }) => !Object.hasOwn(expected, experiment.name));
  if (unknown === undefined) return;
  throw new ConfigError(
    `${file} has no digests of ${unknown.experiment.name}. ` +
      `Keep those that are computed now: deno task reproduce --update ${unknown.file}.`,
  );
}

/** Does `work` with a folder of its own that is empty, and removes it. Only one process at a time has it. */
async function withEmptyCache<T>(
  parent: string,
  signal: AbortSignal,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  Deno.mkdirSync(parent, { recursive: true });
  const folder = join(parent, "reproduce");
  const waiting = () => complain("Another reproduce is at work; waiting for it.");
  return await withLock(join(parent, "reproduce.lock"), waiting, async () => {
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

/** Runs one experiment after the other; one that fails does not keep the others from running. */
async function runAll(
  experiments: readonly LoadedExperiment[],
  settings: Settings,
): Promise<{ exitCode: number; found: ExpectedRuns }> {
  const found: ExpectedRuns = {};
  let exitCode = 0;
  for (const loaded of experiments) {
    const view = makeRunView({ lines: false, bars: !settings.json });
    try {
      const started = performance.now();
      const digests = await compute(loaded, settings, view);
      const seconds = (performance.now() - started) / 1000;
      found[loaded.experiment.name] = { experiment: valuesOf(loaded), ...digests };
      const result = judge(loaded, digests, seconds, settings);
      print(settings.json ? JSON.stringify(result) : reproductionText(result, digests));
      if (result.status === "differs" || result.status === "changed") exitCode = FAILED;
    } catch (error) {
      exitCode = Math.max(exitCode, tellFailure(error, { run: loaded.experiment.name, stage: view.failed() }));
      if (settings.signal.aborted) break;
    }
  }
  return { exitCode, found };
}

async function compute(
  loaded: LoadedExperiment,
  { store, code, signal }: Settings,
  events: RunView,
): Promise<RunDigests> {
  const { experiment } = loaded;
  const stages = await runStages({
    graph,
    params: paramsForRun(loaded),
    store,
    code,
    forced: new Set(),
    name: experiment.name,
    signal,
    events,
  });
  return digestsOfRun(graph, summarize(experiment.name, experiment, stages, store), store);
}

function judge(
  loaded: LoadedExperiment,
  digests: RunDigests,
  seconds: number,
  { expected, update }: Settings,
): Reproduction {
  const experiment = loaded.experiment.name;
  const kept: ExpectedRun | undefined = expected[experiment];
  if (update) return { experiment, status: "updated", seconds, comparison: null, changes: [] };
  const changes = changesOf(kept.experiment, valuesOf(loaded))
    .map(({ path, a, b }) => describeCue({ kind: "param", path, old: a, new: b }));
  if (changes.length > 0) return { experiment, status: "changed", seconds, comparison: null, changes };
  const comparison = compareDigests(kept, digests);
  return { experiment, status: comparison.first === null ? "same" : "differs", seconds, comparison, changes };
}

/** What became of an experiment, in words: one line, and where it first differs below it. */
function reproductionText(
  { experiment, status, seconds, comparison, changes }: Reproduction,
  found: RunDigests,
): string {
  const isGood = status === "same" || status === "updated";
  const epochs = Math.max(...Object.values(found.stages).map(({ steps }) => steps?.length ?? 0)) - 1;
  const line = `${experiment.padEnd(20)} ${(isGood ? green : red)(status.padEnd(8))} ` +
    `${epochs} ${epochs === 1 ? "epoch" : "epochs"}, ${placesOf(found).length} digests  ${
      secondsText(seconds).padStart(7)
    }`;
  if (status === "changed") {
    const advice = "It is not the experiment whose digests are kept. Keep the new ones with --update.";
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
