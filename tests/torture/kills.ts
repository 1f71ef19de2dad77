/**
 * A real process is killed with `kill -9` at a random moment of a real run: stages, records, results. After each kill,
 * nothing in the cache may be damaged, and the next process continues with it. After every few kills, a run must complete
 * and have the results of an undisturbed one, byte for byte.
 */
import { assertEquals } from "@std/assert";
import { commandOf, filesUnder, mustBeDone, outcomeOf, PROJECT } from "../pipeline/cli/retrace.ts";
import { killWithWorkers } from "../pipeline/results/processes.ts";
import { makeSmallDataset, type SmallDataset } from "../small_dataset.ts";
import { type FaultClass, type Trial, wrongIn } from "./trial.ts";

/** The number of kills before a run completes. */
const KILLS_PER_RUN = 5;

/** What all trials share: the experiment, the results of an undisturbed run, and its duration. */
interface Shared {
  small: SmallDataset;
  wanted: Record<string, string>;
  milliseconds: number;
  /** Whether the cache is empty before the next run. */
  isFresh: boolean;
}

let shared: Promise<Shared> | null = null;
/** A trial continues where the one before it was killed. */
let kills = 0;

async function share(): Promise<Shared> {
  const small = makeSmallDataset({ epochs: 6 });
  mustBeDone(await outcomeOf(commandFor(small, "warm")));
  const started = performance.now();
  mustBeDone(await outcomeOf(commandFor(small, "straight")));
  return { small, wanted: resultsOf(small, "straight"), milliseconds: performance.now() - started, isFresh: true };
}

function commandFor(small: SmallDataset, name: string): string[] {
  const folders = ["--cache", small.path(`${name}-cache`), "--results", small.path(`${name}-results`)];
  return commandOf(["run", small.config, "--quiet", ...folders]);
}

/** The digests of all results, except run.json and the live log, which contain times. */
function resultsOf(small: SmallDataset, name: string): Record<string, string> {
  const files = filesUnder(small.path(`${name}-results`));
  return Object.fromEntries(
    Object.entries(files).filter(([path]) => !/(run\.json|\.live)$/.test(path) && !isLock(path)),
  );
}

function isLock(path: string): boolean {
  return path.endsWith(".lock");
}

async function runTrial({ index, count, random }: Trial): Promise<string> {
  shared ??= share();
  const all = await shared;
  const { small } = all;
  // A run that ended before the chosen moment was not killed: its results are checked, but it is not a trial.
  while (!await killedAt(random.below(1000) / 1000, all)) checkResults(all);
  assertEquals(wrongIn(small.path("killed-cache")), []);
  if (++kills % KILLS_PER_RUN !== 0 && index < count - 1) return "killed; the next process continues";
  mustBeDone(await outcomeOf(commandFor(small, "killed")));
  checkResults(all);
  return "killed; the continued run has correct results";
}

/** Starts the run, and kills it after `share` of its usual duration. Returns false if it ended before that. */
async function killedAt(share: number, all: Shared): Promise<boolean> {
  const [program, ...args] = commandFor(all.small, "killed");
  const started = performance.now();
  const child = new Deno.Command(program, { args, cwd: PROJECT, stdout: "null", stderr: "null" }).spawn();
  let isKilled = false;
  const timer = setTimeout(() => {
    isKilled = true;
    killWithWorkers(child.pid);
  }, all.milliseconds * share);
  const { code } = await child.status;
  clearTimeout(timer);
  // The speed of the machine varies with its load.
  if (!isKilled && all.isFresh) all.milliseconds = performance.now() - started;
  all.isFresh = false;
  if (!isKilled) assertEquals(code, 0);
  return isKilled;
}

/** Checks the results against those of an undisturbed run, byte for byte, and removes everything for the next run. */
function checkResults(all: Shared): void {
  const { small, wanted } = all;
  assertEquals(resultsOf(small, "killed"), wanted);
  for (const folder of ["cache", "results"]) Deno.removeSync(small.path(`killed-${folder}`), { recursive: true });
  all.isFresh = true;
}

/** The class. */
export const kills9: FaultClass = {
  name: "kills",
  about: "kill -9 of a real run on a small dataset",
  share: (trials) => Math.min(200, Math.ceil(trials / 50)),
  run: runTrial,
  async finish() {
    (await shared)?.small[Symbol.dispose]();
    shared = null;
  },
};
