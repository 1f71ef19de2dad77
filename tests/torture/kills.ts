/**
 * A real process is killed with `kill -9` at a random moment of a real run: stages, records, results. After each kill
 * nothing in the cache may be damaged; the next process goes on over what is there. Every few kills a run is let through
 * and must have left the results of an undisturbed one, byte for byte.
 */
import { assertEquals } from "@std/assert";
import { commandOf, filesUnder, mustBeDone, outcomeOf, PROJECT } from "../pipeline/cli/retrace.ts";
import { makeSmallDataset, type SmallDataset } from "../small_dataset.ts";
import { type FaultClass, type Trial, wrongIn } from "./trial.ts";

/** So many kills hit the same run before one is let through. */
const KILLS_PER_RUN = 5;

/** What all trials share: the experiment, what an undisturbed run of it leaves, and how long it takes. */
interface Shared {
  small: SmallDataset;
  wanted: Record<string, string>;
  milliseconds: number;
  /** Whether the next run begins with nothing stored. */
  isFresh: boolean;
}

let shared: Promise<Shared> | null = null;
/** A trial goes on where the one before it was killed. */
let kills = 0;

async function share(): Promise<Shared> {
  const small = makeSmallDataset({ epochs: 6 });
  mustBeDone(await outcomeOf(commandFor(small, "warm")));
  const started = performance.now();
  mustBeDone(await outcomeOf(commandFor(small, "straight")));
  return { small, wanted: leftBy(small, "straight"), milliseconds: performance.now() - started, isFresh: true };
}

function commandFor(small: SmallDataset, name: string): string[] {
  const places = ["--cache", small.path(`${name}-cache`), "--results", small.path(`${name}-results`)];
  return commandOf(["run", small.config, "--quiet", ...places]);
}

/** The digests of all results, but of run.json and of the live log, which tell times. */
function leftBy(small: SmallDataset, name: string): Record<string, string> {
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
  // A run that was faster than the moment chosen for it has not been killed; its results count, its trial does not.
  while (!await killedAt(random.below(1000) / 1000, all)) mustBeRight(all);
  assertEquals(wrongIn(small.path("killed-cache")), []);
  if (++kills % KILLS_PER_RUN !== 0 && index < count - 1) return "killed; the next process goes on";
  mustBeDone(await outcomeOf(commandFor(small, "killed")));
  mustBeRight(all);
  return "killed; the run that goes on ends right";
}

/** Starts the run and kills it when `share` of the time that it takes is over; false when it ended by itself before. */
async function killedAt(share: number, all: Shared): Promise<boolean> {
  const [program, ...args] = commandFor(all.small, "killed");
  const started = performance.now();
  const child = new Deno.Command(program, { args, cwd: PROJECT, stdout: "null", stderr: "null" }).spawn();
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }, all.milliseconds * share);
  const { signal, code } = await child.status;
  clearTimeout(timer);
  // How fast the machine is changes with what else it does.
  if (signal === null && all.isFresh) all.milliseconds = performance.now() - started;
  all.isFresh = false;
  assertEquals(signal === null ? code : 0, 0);
  return signal !== null;
}

/** The results must be those of an undisturbed run, byte for byte; then all is cleared away for the next one. */
function mustBeRight(all: Shared): void {
  const { small, wanted } = all;
  assertEquals(leftBy(small, "killed"), wanted);
  for (const place of ["cache", "results"]) Deno.removeSync(small.path(`killed-${place}`), { recursive: true });
  all.isFresh = true;
}

/** The class. */
export const kills9: FaultClass = {
  name: "kills",
  about: "kill -9 of a real run of a small dataset",
  share: (trials) => Math.min(200, Math.ceil(trials / 50)),
  run: runTrial,
  async finish() {
    (await shared)?.small[Symbol.dispose]();
    shared = null;
  },
};
