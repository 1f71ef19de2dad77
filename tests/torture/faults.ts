/**
 * At the N-th call of the store, the file system fails, a write is torn, or the process dies; for all N of a run, a
 * garbage collection and a repair, on empty, shorter and damaged caches. Afterwards, nothing else is damaged, and a run
 * has the bytes of an undisturbed one. After all N, a second fault hits the run that recovers.
 */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { collectGarbage } from "../../pipeline/engine/cache/gc.ts";
import { repairStore, verifyStore } from "../../pipeline/engine/cache/verify.ts";
import { StoreError } from "../../pipeline/engine/run_errors.ts";
import { Store } from "../../pipeline/engine/store/store.ts";
import { artifactPath, type Changes, digestOf, runToys } from "../pipeline/engine/bench.ts";
import { type Fault, FaultyIo } from "../pipeline/engine/faulty_io.ts";
import { damage, DAMAGES } from "../pipeline/engine/tamper.ts";
import { checkRun, copyFolder, type FaultClass, makeFolder, type Trial, wrongIn } from "./trial.ts";

/** Simulates the death of a process: it is not caught, and nothing happens after it. */
class Killed extends Error {}

/** What is disturbed, on which cache. */
interface Scene {
  name: string;
  prepare(cache: string): Promise<void>;
  act(cache: string, io: FaultyIo): Promise<unknown>;
}

const PARAMS: Changes = { grow: { rounds: 1 } };
const MIDDLE = DAMAGES["a bit flipped in the middle"];

const run = (cache: string, io: FaultyIo) => runToys(cache, { params: PARAMS, io });

async function prepareDamaged(cache: string): Promise<void> {
  const first = await runToys(cache, { params: PARAMS });
  damage(artifactPath(cache, digestOf(first, "words", "text")), MIDDLE);
  damage(artifactPath(cache, digestOf(first, "grow", "state", 1)), DAMAGES["no file"]);
  const [record] = [...Deno.readDirSync(`${cache}/records/report`)].filter(({ isFile }) => isFile);
  damage(`${cache}/records/report/${record.name}`, MIDDLE);
}

const SCENES: Scene[] = [
  { name: "a first run", prepare: () => Promise.resolve(), act: run },
  {
    name: "a longer fold on a damaged text",
    async prepare(cache) {
      const first = await runToys(cache, { params: { grow: { rounds: 0 } } });
      damage(artifactPath(cache, digestOf(first, "words", "text")), MIDDLE);
    },
    act: run,
  },
  { name: "a run on damaged and missing files", prepare: prepareDamaged, act: run },
  {
    name: "a forced run",
    prepare: async (cache) => void await runToys(cache, { params: PARAMS }),
    act: (cache, io) => runToys(cache, { params: PARAMS, io, forced: ["words", "grow"] }),
  },
  {
    name: "a garbage collection",
    async prepare(cache) {
      await runToys(cache, { params: PARAMS });
      await runToys(cache, { params: { words: { text: "Other" } } });
    },
    act: (cache, io) => later(() => collectGarbage(new Store(cache, io), { size: 1500 }, () => new Set())),
  },
  {
    name: "a repair",
    prepare: prepareDamaged,
    act: (cache, io) => later(() => repairStore(new Store(cache, io), verifyStore(new Store(cache, io)))),
  },
];

/** How a call ends: it fails, or the process dies in it, after half of its work or all of it. */
const ENDS: { name: string; fault: Fault; dies: boolean }[] = [
  { name: "half done, fails", fault: "half", dies: false },
  { name: "done, fails", fault: "all", dies: false },
  { name: "half done, dies", fault: "half", dies: true },
  { name: "done, dies", fault: "all", dies: true },
];

/** A prepared scene, with what was damaged from the start, and its number of calls. */
interface Ready {
  scene: Scene;
  cache: string;
  wrong: string[];
  calls: number;
}

let readyScenes: Promise<Ready[]> | null = null;

async function makeReady(scene: Scene): Promise<Ready> {
  const folder = makeFolder();
  const cache = `${folder}/cache`;
  Deno.mkdirSync(cache);
  await scene.prepare(cache);
  const wrong = wrongIn(cache).map(nameOf);
  const io = new FaultyIo(`${folder}/counted`, Infinity, "all");
  copyFolder(cache, `${folder}/counted`);
  await scene.act(`${folder}/counted`, io);
  Deno.removeSync(`${folder}/counted`, { recursive: true });
  return { scene, cache, wrong, calls: io.calls };
}

async function later<T>(work: () => T): Promise<T> {
  return await Promise.resolve().then(work);
}

/** The file's name or the artifact's digest, which is the same in every copy of a cache. */
function nameOf(path: string): string {
  return path.split("/").at(-1)!;
}

function ioThatEnds(cache: string, { fault, dies }: (typeof ENDS)[number], call: number): FaultyIo {
  if (!dies) return new FaultyIo(cache, call, fault);
  return new FaultyIo(cache, call, fault, () => {
    throw new Killed();
  }, true);
}

async function runTrial({ index, count, random, folder }: Trial): Promise<string> {
  readyScenes ??= Promise.all(SCENES.map(makeReady));
  const ready = await readyScenes;
  const sweep = ready.flatMap((one) =>
    ENDS.flatMap((end) => Array.from({ length: one.calls }, (_, i) => ({ ...one, end, call: i + 1 })))
  );
  // All calls if there are enough trials, or a part of them.
  const isSwept = count >= sweep.length && index < sweep.length;
  const { scene, cache: from, wrong, end, call } = isSwept ? sweep[index] : random.pick(sweep);
  const cache = `${folder}/cache`;
  copyFolder(from, cache);
  const ended = await scene.act(cache, ioThatEnds(cache, end, call)).then(() => null, (error) => error);
  mustBeMeant(ended);
  if (index >= sweep.length) {
    // The run that recovers is hit as well.
    const [again, second] = [random.pick(ENDS), 1 + random.below(call)];
    mustBeMeant(await run(cache, ioThatEnds(cache, again, second)).then(() => null, (error) => error));
  }
  const name = isSwept ? end.name : index < sweep.length ? end.name : "two faults";
  assertEquals(wrongIn(cache).map(nameOf).filter((one) => !wrong.includes(one)), [], `${scene.name}, call ${call}`);
  await checkRun(cache, PARAMS);
  return name;
}

function mustBeMeant(error: unknown): void {
  if (error !== null && !(error instanceof Killed)) assertInstanceOf(error, StoreError);
}

/** The class. */
export const faults: FaultClass = {
  name: "faults",
  about: "a failing, torn or fatal call of the store",
  share: (trials) => Math.ceil(trials * 0.6),
  run: runTrial,
  async finish() {
    for (const { cache } of await readyScenes ?? []) Deno.removeSync(cache, { recursive: true });
    readyScenes = null;
  },
};
