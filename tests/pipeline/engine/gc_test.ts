import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { contentsOf, totalSize } from "../../../pipeline/engine/cache/contents.ts";
import { collectGarbage, type KeepRule } from "../../../pipeline/engine/cache/gc.ts";
import { verifyStore } from "../../../pipeline/engine/cache/verify.ts";
import { withLock } from "../../../pipeline/engine/store/lock.ts";
import { filesOfRecords, keepReceipt, readReceipt } from "../../../pipeline/engine/keys/receipt.ts";
import { addressesOf } from "../../../pipeline/engine/keys/record.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import { filesUnder } from "../cli/retrace.ts";
import { type Changes, digestOf, type Outcome, runToys, withCache } from "./bench.ts";

const OTHER: Changes = { words: { text: "Other" } };
const DAY = 86_400_000;

/** Collects garbage; `needed` are the digests that results need. */
function cleared(cache: string, rule: KeepRule, needed: Iterable<string> = [], dryRun = false) {
  return collectGarbage(new Store(cache), rule, () => new Set(needed), { dryRun });
}

/** The digests of all outputs of a run, as in its manifest. */
function madeBy(run: Outcome): string[] {
  return run.results.flatMap(({ record }) => addressesOf(record).map(({ address }) => address.digest));
}

/** Makes all records seem to be last used `days` ago. */
function age(cache: string, days: number): void {
  const time = new Date(Date.now() - days * DAY);
  for (const { path } of contentsOf(new Store(cache)).records) Deno.utimeSync(path, time, time);
}

function bytesIn(cache: string): number {
  return totalSize(contentsOf(new Store(cache)).artifacts.values());
}

Deno.test("collectGarbage() removes everything if nothing is needed and the rule keeps nothing", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const before = bytesIn(cache);
    const { bytes, kept, live } = cleared(cache, {});
    assertEquals({ bytes, kept, live }, { bytes: before, kept: { artifacts: 0, bytes: 0, needed: 0 }, live: 0 });
    const { records, artifacts } = contentsOf(new Store(cache));
    assertEquals([records.length, artifacts.size], [0, 0]);
  });
});

Deno.test("collectGarbage() keeps what results were made from, including the steps of folds", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const other = await runToys(cache, { params: OTHER });
    cleared(cache, {}, madeBy(first));
    assertEquals((await runToys(cache)).work, []);
    // The complete fold and its steps are stored: a longer one continues.
    const longer = await runToys(cache, { params: { grow: { rounds: 4 } } });
    assertEquals(longer.work, ["grow 4", "grow ends", "report"]);
    assertEquals(new Store(cache).holds(other.results[0].record.outputs.text), false);
    assertEquals(verifyStore(new Store(cache)).isGood, true);
  });
});

Deno.test("collectGarbage() keeps what was used in the last days; a hit is a use", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    await runToys(cache, { params: OTHER });
    age(cache, 40);
    await runToys(cache);
    assertEquals(cleared(cache, { days: 50 }).records.length, 0);
    cleared(cache, { days: 30 });
    assertEquals((await runToys(cache)).work, []);
    assertEquals((await runToys(cache, { params: OTHER })).work[0], "words");
  });
});

Deno.test("collectGarbage() keeps everything if the clock was set back", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    age(cache, -1);
    assertEquals(cleared(cache, { days: 0 }).records.length, 0);
  });
});

Deno.test("collectGarbage() keeps what was used last, up to a size, and counts shared artifacts once", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const size = bytesIn(cache);
    const { records, artifacts } = contentsOf(new Store(cache));
    assert(records.flatMap((record) => record.artifacts).length > artifacts.size, "records share artifacts");
    assertStrictEquals(cleared(cache, { size }).records.length, 0);
    age(cache, 2);
    await runToys(cache, { params: OTHER });
    const { kept } = cleared(cache, { size });
    assert(kept.bytes <= size);
    assertStrictEquals(bytesIn(cache), kept.bytes);
    assertEquals((await runToys(cache, { params: OTHER })).work, []);
  });
});

Deno.test("collectGarbage() removes nothing, and returns the same, in a dry run", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const before = filesUnder(cache);
    const { bytes, records, artifacts } = cleared(cache, {}, [], true);
    assertEquals(filesUnder(cache), before);
    const real = cleared(cache, {});
    assertEquals([bytes, records.length, artifacts.length], [real.bytes, real.records.length, real.artifacts.length]);
  });
});

Deno.test("collectGarbage() makes no folder if there is no cache", async () => {
  await withCache((cache) => {
    assertStrictEquals(cleared(cache, {}).bytes, 0);
    assertEquals(filesUnder(cache), {});
  });
});

Deno.test("collectGarbage() removes what killed processes left, but no file of a run in progress", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    for (const folder of ["temporary", "scratch/words/job", "quarantine"]) {
      Deno.mkdirSync(`${cache}/${folder}`, { recursive: true });
      Deno.writeTextFileSync(`${cache}/${folder}/left`, "left");
    }
    const left = () => Object.keys(filesUnder(cache)).filter((path) => path.endsWith("left"));
    await new Store(cache).leased(() => Promise.resolve(cleared(cache, {})));
    assertEquals(left(), ["scratch/words/job/left", "temporary/left"]);
    cleared(cache, {});
    assertEquals(left(), []);
  });
});

Deno.test("collectGarbage() keeps what a run in progress has looked up or stored, and removes it when the run has ended", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const store = new Store(cache);
    const stored = await store.leased(() => {
      store.holds({ digest: digestOf(first, "words", "text"), size: 21 });
      const address = store.put(new Uint8Array(100));
      const { live, kept } = cleared(cache, {});
      assertEquals([live, kept.artifacts], [1, 2]);
      assertEquals(store.artifact(address).bytes(), new Uint8Array(100));
      return Promise.resolve(address);
    });
    assertEquals(Object.keys(filesUnder(`${cache}/leases`)), []);
    cleared(cache, {});
    assertEquals([store.holds(stored), contentsOf(store).artifacts.size], [false, 0]);
  });
});

Deno.test("collectGarbage() treats the lease of a killed process as ended", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    Deno.mkdirSync(`${cache}/leases`, { recursive: true });
    Deno.writeTextFileSync(`${cache}/leases/killed`, `\n${digestOf(first, "words", "text")}`);
    const { live, kept } = cleared(cache, {});
    assertEquals([live, kept.artifacts, Object.keys(filesUnder(`${cache}/leases`))], [0, 0, []]);
  });
});

Deno.test("Store.leased() keeps one lease until all work that shares it is done", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const live = () => cleared(cache, {}).live;
    await store.leased(async () => {
      await store.leased(() => Promise.resolve());
      assertStrictEquals(live(), 1);
      store.put(new Uint8Array(10));
      assertStrictEquals(cleared(cache, {}).kept.artifacts, 1);
    });
    assertStrictEquals(live(), 0);
  });
});

Deno.test("collectGarbage() removes receipts that no longer hold, and keeps others", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const keep = async (place: string, run: Outcome) => {
      const paths = filesOfRecords(store, run.results.map(({ record }) => record));
      assert(await keepReceipt(store, { place, subject: place, content: "kept" }, paths, Date.now() + 10_000));
    };
    const [first, other] = [await runToys(cache), await runToys(cache, { params: OTHER })];
    await keep("first", first);
    await keep("other", other);
    assertEquals(cleared(cache, {}, madeBy(first), true).others.length, 1);
    cleared(cache, {}, madeBy(first));
    assertEquals(Object.keys(filesUnder(`${cache}/receipts`)).length, 1);
    assertEquals(await readReceipt(store, "first", "first"), "kept");
    assertEquals((await runToys(cache)).work, []);
  });
});

Deno.test("collectGarbage() ignores what it cannot remove, a folder in the place of a receipt, and continues", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    Deno.mkdirSync(`${cache}/receipts/x.json/inside`, { recursive: true });
    cleared(cache, {});
    assertEquals(Object.keys(filesUnder(`${cache}/artifacts`)), []);
    assertEquals((await runToys(cache)).work.length > 0, true);
  });
});

Deno.test("collectGarbage() removes locks that have been free for a day, but neither held ones nor the gate", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const locks = () => Object.keys(filesUnder(`${cache}/locks`)).sort();
    const before = locks();
    const paths = before.map((name) => `${cache}/locks/${name}`);
    assert(before.length > 3 && before.includes("store.lock"));
    cleared(cache, { days: 30 });
    assertEquals(locks(), before, "they are recent");
    const old = new Date(Date.now() - 2 * DAY);
    const held = paths.find((path) => !path.endsWith("store.lock"))!;
    await withLock(new Store(cache).tree, held, () => {}, () => {
      paths.forEach((path) => Deno.utimeSync(path, old, old));
      assertEquals(cleared(cache, { days: 30 }, [], true).locks.length, before.length - 2);
      assertEquals(locks(), before, "a dry run removes nothing");
      cleared(cache, { days: 30 });
      return Promise.resolve();
    });
    assertEquals(locks(), [held.slice(held.lastIndexOf("/") + 1), "store.lock"]);
    assertEquals((await runToys(cache)).work, []);
  });
});

Deno.test("collectGarbage() reads the records before runs have to wait, and then only what has changed", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const reads: string[] = [];
    const disk = diskIo(cache);
    let isClosed = false;
    const io: StoreIo = {
      ...disk,
      readInto(path, ...how) {
        if (isClosed && path.includes("/records/")) reads.push(path);
        return disk.readInto(path, ...how);
      },
    };
    const [first, second] = contentsOf(new Store(cache)).records;
    const turns: number[] = [];
    const { records } = collectGarbage(new Store(cache, io), {}, () => {
      isClosed = true;
      Deno.removeSync(first.path);
      Deno.utimeSync(second.path, 1, 1);
      return new Set();
    }, { onRead: (_, total) => turns.push(total) });
    assertEquals(reads, [second.path]);
    assert(!records.some(({ path }) => path === first.path), "what another process has removed is not removed again");
    assertEquals(turns, turns.map(() => records.length + 1));
    assertEquals(contentsOf(new Store(cache)).records, []);
  });
});
