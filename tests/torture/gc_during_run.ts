/**
 * Garbage collection during a run, where a named pipe holds one of the two at a random point: the run loses nothing that
 * it has looked up or stored, unused artifacts are removed, and a run that begins during a collection has correct results.
 */
import { assert, assertEquals } from "@std/assert";
import { collectGarbage } from "../../pipeline/engine/cache/gc.ts";
import { Store } from "../../pipeline/engine/store/store.ts";
import { type Changes, runToys, textDigest } from "../pipeline/engine/bench.ts";
import { Spawned, workIn } from "../pipeline/engine/spawned.ts";
import { checkRun, type FaultClass, type Trial, undisturbed, wrongIn } from "./trial.ts";

const SHORT: Changes = { grow: { rounds: 1 } };
const LONG: Changes = { grow: { rounds: 3 } };
const OTHER: Changes = { words: { text: "Other" } };
/** The work of the longer run, if words and lower are stored. */
const WORK = ["grow 2", "grow 3", "grow ends", "report"];

/** The time in which a run must not continue. Milliseconds. */
const PATIENCE = 1500;

/** A named pipe: a process that opens one end waits for the other. */
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

/** Collects garbage while a run waits before a piece of its work. */
async function gcDuringRun({ random, folder }: Trial): Promise<string> {
  const [cache, work] = [`${folder}/cache`, `${folder}/work`];
  await runToys(cache, { params: SHORT });
  const other = await runToys(cache, { params: OTHER });
  const gate = makeGate(`${folder}/gate`);
  const run = new Spawned({ cache, work, params: LONG, waitAt: random.pick(WORK), gate: gate.path });
  await gate.reached();
  const { live, artifacts } = collectGarbage(new Store(cache), {}, () => new Set());
  assertEquals(live, 1);
  gate.open();
  assertEquals(await run.digests(), await undisturbed(LONG));
  assertEquals(workIn(work), WORK, "nothing was recomputed");
  const removed = artifacts.map(({ path }) => path.slice(-64));
  for (const stage of ["words", "lower"]) {
    assert(removed.includes(textDigest(other, stage)), "the other run's artifacts are removed");
  }
  assertEquals(wrongIn(cache), []);
  await checkRun(cache, LONG);
  return "gc during a run: it lost nothing";
}

/** Begins a run while a garbage collection waits before one of its calls. */
async function runDuringGc({ random, folder }: Trial): Promise<string> {
  const cache = `${folder}/cache`;
  await runToys(cache, { params: SHORT });
  await runToys(cache, { params: OTHER });
  const gate = makeGate(`${folder}/gate`);
  const script = new URL("./gc_process.ts", import.meta.url).href;
  const options = JSON.stringify({ cache, gate: gate.path, call: 1 + random.below(60) });
  const args = ["run", "--quiet", "--allow-read", "--allow-write", "--allow-run=deno", script, options];
  const collecting = new Deno.Command(Deno.execPath(), { args }).spawn();
  await gate.reached();
  const run = new Spawned({ cache, work: `${folder}/work`, params: LONG, waitAt: "report" });
  // The run must wait until the collection has ended. Otherwise it would continue within PATIENCE.
  const atReport = run.comesTo("at report");
  await Promise.race([atReport, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  gate.open();
  await atReport;
  await run.goOn();
  assertEquals(await run.digests(), await undisturbed(LONG));
  assertEquals((await collecting.status).code, 0);
  assertEquals(wrongIn(cache), []);
  await checkRun(cache, LONG);
  return "a run that began during gc: correct results";
}

/** The class. */
export const gc: FaultClass = {
  name: "gc",
  about: "gc during a run, held by a named pipe",
  share: (trials) => 2 * Math.ceil(trials / 500),
  run: (trial) => trial.index % 2 === 0 ? gcDuringRun(trial) : runDuringGc(trial),
};
