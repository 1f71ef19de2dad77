/** A cache on a file system without locks: runs work, and garbage collection does not guess which are in progress. */
import { assertEquals, assertThrows } from "@std/assert";
import { collectGarbage } from "../../../pipeline/engine/cache/gc.ts";
import { repairStore, verifyStore } from "../../../pipeline/engine/cache/verify.ts";
import { StoreError } from "../../../pipeline/engine/run_errors.ts";
import { readLeases } from "../../../pipeline/engine/store/lease.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { filesUnder } from "../cli/retrace.ts";
import { artifactPath, digestOf, runToys, straightDigests, withCache } from "./bench.ts";
import { damage, DAMAGES } from "./tamper.ts";

/** The errors of Linux (ENOLCK, ENOSYS, EOPNOTSUPP) and macOS (ENOTSUP), and that of Deno. */
const FAILURES = [
  ...[37, 38, 95, 45].map((number) => new Error(`It has no locks (os error ${number})`)),
  new Deno.errors.NotSupported("It has no locks"),
];

for (const failure of FAILURES) {
  Deno.test(`a cache works where locking fails with ${failure.name}: ${failure.message}, except for garbage collection`, async () => {
    const original = Deno.FsFile.prototype.tryLockSync;
    Deno.FsFile.prototype.tryLockSync = () => {
      throw failure;
    };
    try {
      await withCache(async (cache) => {
        const store = new Store(cache);
        const first = await runToys(cache);
        assertEquals(first.digests, await straightDigests());
        assertEquals((await runToys(cache)).work, []);
        damage(artifactPath(cache, digestOf(first, "words", "text")), DAMAGES["no file"]);
        repairStore(store, verifyStore(store));
        assertEquals((await runToys(cache)).digests, first.digests);
        const before = filesUnder(cache);
        const collect = () => collectGarbage(store, {}, () => new Set());
        assertThrows(collect, StoreError, "has no locks, so it is not known which runs are in progress");
        assertEquals(filesUnder(cache), before);
        await store.leased(() => {
          assertEquals(readLeases(store.tree).live, null);
          return Promise.resolve(
            assertThrows(() => collectGarbage(store, {}, () => new Set(), { dryRun: true }), StoreError),
          );
        });
      });
    } finally {
      Deno.FsFile.prototype.tryLockSync = original;
    }
  });
}
