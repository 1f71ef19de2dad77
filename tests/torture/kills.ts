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
}

let shared: Promise<Shared> | null = null;
/** A trial goes on where the one before it was killed. */
let kills = 0;

async function share(): Promise<Shared> {
  const small = makeSmallDataset({ epochs: 6 });
  mustBeDone(await outcomeOf(commandFor(small, "warm")));
  const started = performance.now();
  mustBeDone(await outcomeOf(commandFor(small, "straight")));
  return { small, wanted: leftBy(small, "straight"), milliseconds: performance.now() - started };
}

function commandFor(small: SmallDataset, name: string): string[] {
  const places = ["--cache", small.path(`${name}-cache`), "--results", small.path(`${name}-results`)];
  return commandOf(["run", small.config, "--quiet", ...places]);
}

/** The digests of all results, but of run.json, which tells times. */
function leftBy(small: SmallDataset, name: string): Record<string, string> {
  const files = filesUnder(small.path(`${name}-results`));
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith("run.json") && !isLock(path)));
}

function isLock(path: string): boolean {
  return path.endsWith(".lock");
}

async function runTrial({ index, count, random }: Trial): Promise<string> {
  shared ??= share();
  const { small, wanted, milliseconds } = await shared;
  const name = "killed";
  const [program, ...args] = commandFor(small, name);
  const child = new Deno.Command(program, { args, cwd: PROJECT, stdout: "null", stderr: "null" }).spawn();
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }, milliseconds * random.below(1000) / 1000);
  const { signal, code } = await child.status;
  clearTimeout(timer);
  assertEquals(wrongIn(small.path(`${name}-cache`)), []);
  kills++;
  if (signal !== null && kills % KILLS_PER_RUN !== 0 && index < count - 1) return "killed; the next run goes on";
  if (signal !== null) mustBeDone(await outcomeOf([program, ...args]));
  else assertEquals(code, 0);
  assertEquals(leftBy(small, name), wanted);
  for (const place of ["cache", "results"]) Deno.removeSync(small.path(`${name}-${place}`), { recursive: true });
  return signal === null ? "had ended before; results right" : "killed; the run that goes on ends right";
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
