/** Runs that stop after a step of their folds, and what runs of one process share: trials of a sweep. */
import { assertEquals, assertThrows } from "@std/assert";
import type { StageRecord } from "../../../pipeline/engine/keys/record.ts";
import { CorruptArtifactError } from "../../../pipeline/engine/run_errors.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { artifactPath, digestOf, runAll, runToys, straightDigests, toyParams, withCache } from "./bench.ts";
import { damage, DAMAGES } from "./tamper.ts";
import { toyGraph } from "./toys.ts";

/** Runs the toys up to a step; returns their work, and how many steps each stage has. */
async function runUntil(cache: string, until: number, found?: Map<string, StageRecord>, store = new Store(cache)) {
  const work: string[] = [];
  const graph = toyGraph((piece) => void work.push(piece));
  const results = await runAll({ graph, params: toyParams(), store, until, found });
  return { work, steps: results.map(({ stage, record }) => [stage, record.each?.state.length ?? null]) };
}

Deno.test("until: a fold makes no step after it, does not end, and nothing that follows is run; a later run goes on", async () => {
  await withCache(async (cache) => {
    const first = await runUntil(cache, 1);
    assertEquals(first.work, ["words", "lower", "grow 0", "grow 1"]);
    assertEquals(first.steps, [["words", null], ["lower", null], ["grow", 2]]);
    assertEquals(await runUntil(cache, 1), { ...first, work: [] });
    assertEquals(await runUntil(cache, 2), { work: ["grow 2"], steps: [...first.steps.slice(0, 2), ["grow", 3]] });
    // What is stored beyond it is not read.
    assertEquals(await runUntil(cache, 0), { work: [], steps: [...first.steps.slice(0, 2), ["grow", 1]] });
    const whole = await runToys(cache);
    assertEquals(whole.work, ["grow 3", "grow ends", "report"]);
    assertEquals(whole.digests, await straightDigests());
    assertEquals((await runUntil(cache, Infinity)).steps.at(-1), ["grow", 4]);
  });
});

Deno.test("found: plain stages are looked up once, their artifacts are pinned, and damage makes all be looked up again", async () => {
  await withCache(async (cache) => {
    const whole = await runToys(cache);
    const found = new Map<string, StageRecord>();
    let reads = 0;
    const io = diskIo(cache);
    const counted: typeof io = {
      ...io,
      readInto(path, ...rest) {
        if (/records\/(words|lower)/.test(path)) reads++;
        return io.readInto(path, ...rest);
      },
    };
    assertEquals((await runUntil(cache, 1, found, new Store(cache, counted))).work, []);
    assertEquals([found.size, reads > 0], [2, true]);
    reads = 0;
    const store = new Store(cache, counted);
    const pinned = new Set<string>();
    store.pin = ({ digest }) => void pinned.add(digest);
    assertEquals((await runUntil(cache, 1, found, store)).work, []);
    assertEquals(reads, 0);
    for (const [stage, output] of [["words", "text"], ["lower", "small"]]) {
      assertEquals(pinned.has(digestOf(whole, stage, output)), true);
    }

    // The fold reads what is damaged, although its record was found: it is made again.
    damage(artifactPath(cache, digestOf(whole, "lower", "small")), DAMAGES["a bit flipped in the middle"]);
    await Deno.remove(`${cache}/records/grow`, { recursive: true });
    const graph = toyGraph(() => {}, (stage) =>
      stage.name !== "grow" ? stage : {
        ...stage,
        async *run({ inputs }: { inputs: { small: { bytes(): Uint8Array } } }) {
          const small = await Promise.resolve(inputs.small.bytes());
          yield { state: small, double: small };
        },
      } as unknown as typeof stage);
    const params = { ...toyParams(), grow: { rounds: 0, salt: { value: 7 } } };
    const results = await runAll({ graph, params, store: new Store(cache), until: 0, found });
    assertEquals(results.map(({ action }) => action), ["hit", "run", "run"]);
  });
});

Deno.test("a store that keeps bytes in memory keeps checked ones, copies of them, and no more than it may", async () => {
  await withCache((cache) => {
    const all = [251, 241].map((cycle) => Uint8Array.from({ length: 1 << 20 }, (_, i) => i % cycle));
    const [first, second] = all.map((bytes) => new Store(cache).put(bytes));
    const store = new Store(cache, diskIo(cache), 1 << 20);
    const digestRead = ({ digest, size }: typeof first) => digestOfBytes(store.artifact({ digest, size }).bytes());
    const flip = ({ digest }: typeof first) =>
      damage(artifactPath(cache, digest), DAMAGES["a bit flipped in the middle"]);

    flip(first);
    assertThrows(() => digestRead(first), CorruptArtifactError);
    new Store(cache).put(all[0]);
    store.artifact(first).bytes().fill(0);
    flip(first);
    assertEquals(digestRead(first), first.digest, "damaged bytes are not kept, nor what a reader writes");

    // There is no room for the second one.
    assertEquals(digestRead(second), second.digest);
    flip(second);
    assertThrows(() => digestRead(second), CorruptArtifactError);
  });
});
