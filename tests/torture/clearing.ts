/**
 * A cache is cleared while a run is at work, a named pipe holding one of the two at a random point: the run loses nothing
 * that it has looked up or made, what nobody needs goes, and a run that begins in the midst of a clearing ends right.
 */
import { assert, assertEquals } from "@std/assert";
import { clear } from "../../pipeline/engine/cache/gc.ts";
import { Store } from "../../pipeline/engine/store/store.ts";
import { type Changes, runToys, textDigest } from "../pipeline/engine/bench.ts";
import { Spawned, workIn } from "../pipeline/engine/spawned.ts";
import { type FaultClass, mustFinish, type Trial, undisturbed, wrongIn } from "./trial.ts";

const SHORT: Changes = { grow: { rounds: 1 } };
const LONG: Changes = { grow: { rounds: 3 } };
const OTHER: Changes = { words: { text: "Other" } };
/** What the longer run has to do, words and lower being stored. */
const WORK = ["grow 2", "grow 3", "grow ends", "report"];

/** How long a run is given to do what it must not do. Milliseconds. */
const PATIENCE = 1500;

/** A named pipe: whoever opens one end waits for the other. */
export function makeGate(path: string): { path: string; reached(): Promise<void>; open(): void } {
  const { success } = new Deno.Command("mkfifo", { args: [path] }).outputSync();
  assert(success, "mkfifo makes a named pipe");
  let end: Deno.FsFile | null = null;
  return {
    path,
    async reached() {
      end = await Deno.open(path, { write: true });
    },
    open() {
      end?.writeSync(new Uint8Array(1));
      end?.close();
    },
  };
}

/** Everything is cleared that the run does not hold while it stands still before a piece of its work. */
async function clearedUnderRun({ random, folder }: Trial): Promise<string> {
  const [cache, work] = [`${folder}/cache`, `${folder}/work`];
  await runToys(cache, { params: SHORT });
  const other = await runToys(cache, { params: OTHER });
  const gate = makeGate(`${folder}/gate`);
  const run = new Spawned({ cache, work, params: LONG, waitAt: random.pick(WORK), gate: gate.path });
  await gate.reached();
  const { live, artifacts } = clear(new Store(cache), {}, () => new Set());
  assertEquals(live, 1);
  gate.open();
  assertEquals(await run.digests(), await undisturbed(LONG));
  assertEquals(workIn(work), WORK, "nothing had to be made again");
  const gone = artifacts.map(({ path }) => path.slice(-64));
  for (const stage of ["words", "lower"]) assert(gone.includes(textDigest(other, stage)), "the other run's goes");
  assertEquals(wrongIn(cache), []);
  await mustFinish(cache, LONG);
  return "cleared under a run: it lost nothing";
}

/** A run begins while a clearing stands still before one of its calls. */
async function runUnderClearing({ random, folder }: Trial): Promise<string> {
  const cache = `${folder}/cache`;
  await runToys(cache, { params: SHORT });
  await runToys(cache, { params: OTHER });
  const gate = makeGate(`${folder}/gate`);
  const script = new URL("./clearing_process.ts", import.meta.url).href;
  const orders = JSON.stringify({ cache, gate: gate.path, call: 1 + random.below(60) });
  const args = ["run", "--quiet", "--allow-read", "--allow-write", script, orders];
  const clearing = new Deno.Command(Deno.execPath(), { args }).spawn();
  await gate.reached();
  const run = new Spawned({ cache, work: `${folder}/work`, params: LONG, waitAt: "report" });
  // The run has to wait until the clearing is over. If it did not, it would be in its midst by now.
  const atReport = run.comesTo("at report");
  await Promise.race([atReport, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  gate.open();
  await atReport;
  await run.goOn();
  assertEquals(await run.digests(), await undisturbed(LONG));
  assertEquals((await clearing.status).code, 0);
  assertEquals(wrongIn(cache), []);
  await mustFinish(cache, LONG);
  return "a run begun under a clearing: ended right";
}

/** The class. */
export const clearing: FaultClass = {
  name: "clearing",
  about: "gc against a live run, held by a named pipe",
  share: (trials) => 2 * Math.ceil(trials / 500),
  run: (trial) => trial.index % 2 === 0 ? clearedUnderRun(trial) : runUnderClearing(trial),
};
