import { assertEquals, assertGreater, assertInstanceOf } from "@std/assert";
import { StoreError } from "../../../pipeline/engine/run_errors.ts";
import { diskIo, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import { artifactPath, type Changes, digestOf, runToys, straightDigests, withCache } from "./bench.ts";
import { allOf, type Fault, FaultyIo } from "./faulty_io.ts";
import { damage, DAMAGES } from "./tamper.ts";
import { BIG } from "./toys.ts";

const SHORT: Changes = { grow: { rounds: 1 } };

/** Initial caches, each with the params of a run. */
const BEGINNINGS: Record<string, { prepare: (cache: string) => Promise<unknown>; params: Changes }> = {
  "an empty cache": { prepare: () => Promise.resolve(), params: SHORT },
  "a cache with a shorter fold and a damaged text": {
    async prepare(cache) {
      const first = await runToys(cache, { params: { grow: { rounds: 0 } } });
      damage(artifactPath(cache, digestOf(first, "words", "text")), DAMAGES["a bit flipped in the middle"]);
    },
    params: SHORT,
  },
};

for (const [beginning, { prepare, params }] of Object.entries(BEGINNINGS)) {
  for (const fault of ["half", "all"] as Fault[]) {
    Deno.test(`runStages() has the usual result after any one call did ${fault} of its work and failed, on ${beginning}`, async () => {
      const wanted = await straightDigests(params);
      let calls = Infinity;
      for (let failAt = 1; failAt <= calls; failAt++) {
        await withCache(async (cache) => {
          await prepare(cache);
          const io = new FaultyIo(cache, failAt, fault);
          const error = await runToys(cache, { params, io }).then(() => null, (error) => error);
          if (error === null) calls = io.calls;
          else assertInstanceOf(error, StoreError);
          assertEquals((await runToys(cache, { params })).digests, wanted, `after call ${failAt}`);
          assertEquals((await runToys(cache, { params })).work, [], `after call ${failAt}`);
        });
      }
      assertGreater(calls, 50);
    });
  }
}

Deno.test("runStages() has the usual result after a large output was written, by half or completely, and failed", async () => {
  const params: Changes = { words: { repeat: BIG }, grow: { rounds: 0 } };
  const wanted = await straightDigests(params);
  for (const isWhole of [false, true]) {
    let writes = Infinity;
    for (let failAt = 1; failAt <= writes; failAt++) {
      await withCache(async (cache) => {
        let count = 0;
        const disk = diskIo(cache);
        const io: StoreIo = {
          ...disk,
          writeWhile(path, pieces, ...rest) {
            if (++count !== failAt) return disk.writeWhile(path, pieces, ...rest);
            const bytes = allOf(pieces);
            if (isWhole) disk.writeDurably(path, bytes);
            else Deno.writeFileSync(path, bytes.subarray(bytes.length >> 1));
            throw new StoreError("on purpose");
          },
        };
        const error = await runToys(cache, { params, io }).then(() => null, (error) => error);
        if (error === null) writes = count;
        else assertInstanceOf(error, StoreError);
        assertEquals((await runToys(cache, { params })).digests, wanted, `write ${failAt}`);
      });
    }
    assertEquals(writes, 3, "words, lower and the page are large");
  }
});

Deno.test("runStages() uses no wrong result if a read returns only half of the bytes", async () => {
  // The mark makes lower run, so a stage reads, too, not only the lookup.
  const params: Changes = { ...SHORT, lower: { mark: "!" } };
  const wanted = await straightDigests(params);
  let reads = Infinity;
  for (let shortAt = 1; shortAt <= reads; shortAt++) {
    await withCache(async (cache) => {
      await runToys(cache, { params: SHORT });
      let count = 0;
      const disk = diskIo(cache);
      const io = {
        ...disk,
        readInto: (path: string, target: Uint8Array<ArrayBuffer>, start?: number) =>
          disk.readInto(path, ++count === shortAt ? target.subarray(0, target.length >> 1) : target, start),
      };
      assertEquals((await runToys(cache, { params, io })).digests, wanted, `read ${shortAt}`);
      if (count < shortAt) reads = count;
    });
  }
  assertGreater(reads, 5);
});
