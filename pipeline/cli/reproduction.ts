/** Computes experiments from scratch for `reproduce`, and prints how their digests compare with the expected ones. */
import { dirname, join } from "node:path";
import type { Pipeline } from "../define/pipeline.ts";
import { CodeReader } from "../engine/keys/code.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { type RunOptions, runStages } from "../engine/run/runner.ts";
import { Store } from "../engine/store/store.ts";
import { describeCue } from "../engine/why/cue_text.ts";
import { graphOf } from "../experiment/graph.ts";
import { isExperimentFile, type LoadedExperiment, loadExperiment } from "../experiment/load.ts";
import { compareDigests, type DigestComparison, digestsOfRun, placesOf, type RunDigests } from "../results/digests.ts";
import { changesOf, type ExpectedRuns, valuesOf } from "../results/expected.ts";
import { finishedRun } from "../results/finish_run.ts";
import { secondsText } from "../text/numbers.ts";
import { FAILED, printFailure } from "./failure.ts";
import { makeRunView } from "./run_view.ts";
import { dim, green, print, red } from "./terminal.ts";

/** The outcome for one experiment. */
interface Reproduction {
  experiment: string;
  status: "same" | "differs" | "changed" | "updated";
  seconds: number;
  comparison: DigestComparison | null;
  /** What makes the experiment another one than that whose digests are expected. */
  changes: string[];
}

/** What the experiments of a command line have in common. */
interface Settings {
  expected: ExpectedRuns;
  update: boolean;
  json: boolean;
  /** An empty folder. */
  cache: string;
  /** Ends the work. */
  signal: AbortSignal;
}

/**
 * Loads the experiments that are meant: those given, by file or name, or all with expected digests, which lie beside
 * `file`, where these are. What `experiments/*.json` matches besides, schema and digests, is passed over.
 * @throws ConfigError when there are none.
 */
export function loadExperiments(
  pipeline: Pipeline,
  given: readonly string[],
  data: readonly string[],
  expected: ExpectedRuns,
  file: string,
): LoadedExperiment[] {
  const beside = (name: string) => join(dirname(file), `${name}.json`);
  const named = given.filter(isExperimentFile).map((one) => (Object.hasOwn(expected, one) ? beside(one) : one));
  const files = named.length > 0 ? named : Object.keys(expected).map(beside);
  if (files.length > 0) return files.map((one) => loadExperiment(pipeline, one, [], data));
  throw new ConfigError(
    `There are no expected digests in ${file}. Create them: deno task reproduce --update experiments/two-layer.json.`,
  );
}

/** Computes one experiment after the other and prints each outcome. One that fails does not keep others from running. */
export async function reproduceAll(
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
      const digests = await compute(loaded, { library: pipeline, store, code, signal, events });
      const seconds = (performance.now() - started) / 1000;
      found[name] = { experiment: valuesOf(loaded), ...digests };
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
  { experiment, params }: LoadedExperiment,
  settings: Pick<RunOptions<Pipeline>, "library" | "store" | "code" | "signal" | "events">,
): Promise<RunDigests> {
  const { name } = experiment;
  const { library, store } = settings;
  const graph = graphOf(library, experiment);
  const stages = await runStages({ ...settings, graph, params, name, forced: new Set() });
  return digestsOfRun(library, finishedRun(library, { name, experiment }, graph, stages, store), store);
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
