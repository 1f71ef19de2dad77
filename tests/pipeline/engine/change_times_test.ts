import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { codeNoteText, keepCodeNote, keepReceipt, readReceipt } from "../../../pipeline/engine/keys/receipt.ts";
import { clockOf } from "../../../pipeline/engine/store/file_status.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import type { FileStatus } from "../../../pipeline/engine/files/entry.ts";
import type { CodeMap } from "../../../pipeline/engine/keys/code_map.ts";
import { artifactPath, withCache } from "./bench.ts";

const SECOND = 1000;

/** How file systems record change times. On those that prove nothing, an edit can look like no edit. */
const FILE_SYSTEMS: Record<string, { change: (status: FileStatus) => number | null; isProof: boolean }> = {
  "has its own": { change: ({ changed }) => changed, isProof: true },
  "follows the modification time": { change: ({ modified }) => modified, isProof: false },
  "follows it in whole seconds": {
    change: ({ modified }) => Math.floor(modified / SECOND) * SECOND,
    isProof: false,
  },
  "follows it in steps of two seconds": {
    change: ({ modified }) => Math.floor(modified / (2 * SECOND)) * 2 * SECOND,
    isProof: false,
  },
  "is the earlier of both": {
    change: ({ modified, changed }) => Math.min(modified, changed!),
    isProof: false,
  },
  "is not recorded": { change: () => null, isProof: false },
};

function ioOf(cache: string, change: (status: FileStatus) => number | null): StoreIo {
  const disk = diskIo(cache);
  return {
    ...disk,
    status(path, checked) {
      const status = disk.status(path, checked);
      return status && { ...status, changed: change(status) };
    },
  };
}

for (const [name, { change, isProof }] of Object.entries(FILE_SYSTEMS)) {
  Deno.test(`receipts, remembered checks and ages of code rely on a change time that ${name}: ${isProof}`, async () => {
    await withCache(async (cache) => {
      const store = new Store(cache, ioOf(cache, change));
      assertEquals(clockOf(store, `${cache}/clock`) !== null, isProof);
      const { digest } = store.put(new Uint8Array(100));
      const statement = { place: "place", subject: "subject", content: "content" };
      assertStrictEquals(await keepReceipt(store, statement, [artifactPath(cache, digest)], Date.now() + 1e4), isProof);
      assertStrictEquals(await readReceipt(store, "place", "subject"), isProof ? "content" : null);
      const map = { files: { "/a.ts": { evidence: { isOld: true, digest: "isOld" } } } } as unknown as CodeMap;
      const note = { path: `${cache}/code/x.json`, text: await codeNoteText(map) };
      await keepCodeNote(store, note);
      const old = { files: { "/a.ts": { evidence: { isOld: isProof, digest: "isOld" } } } } as unknown as CodeMap;
      assertEquals(Deno.readTextFileSync(note.path), await codeNoteText(old));
    });
  });
}

Deno.test("Store.holds() reads a large artifact every time where change times follow modification times", async () => {
  for (const [name, { change, isProof }] of Object.entries(FILE_SYSTEMS)) {
    await withCache((cache) => {
      let reads = 0;
      const io = ioOf(cache, change);
      const aged: StoreIo = {
        ...io,
        // Ten seconds later; a file that is written now shows the time.
        status(path) {
          const status = io.status(path);
          const isNow = path.includes("/checked/");
          return status && (isNow || status.changed === null ? status : { ...status, changed: status.changed - 1e4 });
        },
        readInto(path, ...how) {
          if (path.includes("/artifacts/")) reads++;
          return io.readInto(path, ...how);
        },
      };
      const store = new Store(cache, aged);
      const address = store.put(new Uint8Array(1 << 20));
      for (let i = 0; i < 3; i++) assertEquals(store.holds(address), true);
      (isProof ? assertEquals : assertNotEquals)(reads, 1, name);
      if (!isProof) assertEquals(reads, 3, name);
    });
  }
});
