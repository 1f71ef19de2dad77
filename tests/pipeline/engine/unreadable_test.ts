import { assertEquals, assertMatch, assertRejects, assertStrictEquals } from "@std/assert";
import { repairStore, verifyStore } from "../../../pipeline/engine/cache/verify.ts";
import { recordPath } from "../../../pipeline/engine/keys/record.ts";
import { StoreError } from "../../../pipeline/engine/run_errors.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { asStoreError } from "../../../pipeline/engine/store/store_failure.ts";
import { diskIo, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import { artifactPath, digestOf, type Outcome, planToys, runToys, textDigest, withCache } from "./bench.ts";

/** Why a file that is there cannot be read. */
const REASONS: Record<string, Error> = {
  "no permission (mode 000)": failure(new Deno.errors.PermissionDenied("Permission denied (os error 13)"), "EACCES"),
  "a failing disk": failure(new Error("Input/output error (os error 5)"), "EIO"),
  "a loop of links": failure(new Deno.errors.FilesystemLoop("Too many levels of links (os error 40)"), "ELOOP"),
  "a folder that seems to be a file": failure(new Error("Is a directory (os error 21)"), "EISDIR"),
  "an error of an unknown kind": new Error("something else"),
};

function failure(error: Error, code: string): Error {
  return Object.assign(error, { code });
}

/** The real file system, except that what is at a path cannot be opened for as long as it is there. */
function unreadable(cache: string, path: string, reason: Error): StoreIo {
  const disk = diskIo(cache);
  const inode = Deno.statSync(path).ino;
  const check = (at: string) => {
    if (disk.status(at)?.inode === inode) throw asStoreError(at, reason);
  };
  return {
    ...disk,
    readInto: (at, ...how) => (check(at), disk.readInto(at, ...how)),
    digest: (at) => (check(at), disk.digest(at)),
    touch: (at, time) => (check(at), disk.touch(at, time)),
  };
}

/** Every kind of file that a run looks for. */
function placesOf(cache: string, { results, ...run }: Outcome): Record<string, string> {
  const steps = `${cache}/records/grow/steps`;
  return {
    "an artifact": artifactPath(cache, textDigest({ results, ...run }, "words")),
    "an artifact of a step": artifactPath(cache, digestOf({ results, ...run }, "grow", "state", 1)),
    "a record": recordPath(new Store(cache), results[1].record.request),
    "a record of a step": `${steps}/${[...Deno.readDirSync(steps)][0].name}`,
  };
}

for (const [name, reason] of Object.entries(REASONS)) {
  Deno.test(`a file of the cache that cannot be read, because of ${name}, is quarantined and made anew`, async () => {
    await withCache(async (cache) => {
      const first = await runToys(cache);
      for (const [what, path] of Object.entries(placesOf(cache, first))) {
        // As a hit it would not be looked at.
        if (what.endsWith("step")) Deno.removeSync(recordPath(new Store(cache), resultOf(first, "grow")));
        const io = unreadable(cache, path, reason);
        planToys(cache, { io });
        assertEquals((await runToys(cache, { io })).digests, first.digests, what);
        const again = await runToys(cache);
        assertEquals([again.work, again.digests], [[], first.digests], what);
        assertEquals(verifyStore(new Store(cache)).isGood, true, what);
      }
      const notes = [...Deno.readDirSync(`${cache}/quarantine`)].filter((one) => one.name.endsWith(".txt"));
      assertEquals(notes.length >= 3, true);
      for (const note of notes) {
        assertMatch(Deno.readTextFileSync(`${cache}/quarantine/${note.name}`), /found a file that cannot be read\n$/);
      }
    });
  });

  Deno.test(`verifyStore() reports a file that cannot be read because of ${name}, and repairs everything`, async () => {
    await withCache(async (cache) => {
      const first = await runToys(cache);
      for (const [what, path] of Object.entries(placesOf(cache, first))) {
        const other = artifactPath(cache, digestOf(first, "grow", "last"));
        Deno.chmodSync(other, 0o644);
        Deno.writeTextFileSync(other, "damaged");
        const store = new Store(cache, unreadable(cache, path, reason));
        const found = verifyStore(store);
        const damaged = [...found.damagedRecords, ...found.damagedArtifacts.map((one) => one.path)];
        assertEquals(damaged.sort(), [path, other].sort(), what);
        assertEquals(repairStore(store, found), [], what);
        assertEquals(verifyStore(new Store(cache)).isGood, true, what);
        assertEquals((await runToys(cache)).digests, first.digests, what);
      }
    });
  });
}

Deno.test("a shortage of the process is no fault of the file: nothing is quarantined, and the error says what to do", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const path = artifactPath(cache, textDigest(first, "words"));
    for (const code of ["EMFILE", "ENFILE", "ENOMEM"]) {
      const io = unreadable(cache, path, failure(new Error("a shortage"), code));
      await assertRejects(() => runToys(cache, { io }), StoreError, "a shortage");
    }
    assertEquals((await runToys(cache)).work, []);
  });
});

Deno.test("repairStore() repairs the rest if one file cannot be moved, and returns why", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const paths = ["words", "lower"].map((stage) => artifactPath(cache, textDigest(first, stage)));
    for (const path of paths) Deno.chmodSync(path, 0o644);
    for (const path of paths) Deno.writeTextFileSync(path, "damaged");
    const disk = diskIo(cache);
    const setAside = (from: string, to: string) => {
      if (from === paths[0]) throw asStoreError(from, REASONS["no permission (mode 000)"]);
      return disk.setAside(from, to);
    };
    const store = new Store(cache, { ...disk, setAside });
    const [failed, ...more] = repairStore(store, verifyStore(store));
    assertMatch(failed.message, /Permission denied \(os error 13\)\. Make it, .*readable and writable for you/);
    assertEquals(more, []);
    assertEquals(verifyStore(new Store(cache)).damagedArtifacts.map(({ path }) => path), [paths[0]]);
  });
});

Deno.test("repairStore() moves a file of any name from among the artifacts", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const folder = [...Deno.readDirSync(`${cache}/artifacts`)][0].name;
    for (const name of ["notes.txt", "0".repeat(64), "x".repeat(240)]) {
      Deno.writeTextFileSync(`${cache}/artifacts/${folder}/${name}`, "not an artifact");
    }
    const store = new Store(cache);
    assertStrictEquals(verifyStore(store).damagedArtifacts.length, 3);
    assertEquals(repairStore(store, verifyStore(store)), []);
    assertEquals(verifyStore(store).isGood, true);
  });
});

Deno.test("verifyStore() does not take what garbage collection removes in the meantime for damaged", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    for (const [what, path] of Object.entries(placesOf(cache, first))) {
      const disk = diskIo(cache);
      const bytes = Deno.readFileSync(path);
      const io: StoreIo = {
        ...disk,
        // It is removed once it has been listed.
        list(folder) {
          const names = disk.list(folder);
          if (path === `${folder}/${names.find((name) => path.endsWith(`/${name}`))}`) disk.remove(path);
          return names;
        },
      };
      const { damagedRecords, damagedArtifacts } = verifyStore(new Store(cache, io));
      assertEquals([damagedRecords, damagedArtifacts], [[], []], what);
      Deno.writeFileSync(path, bytes);
    }
  });
});

function resultOf({ results }: Outcome, stage: string) {
  return results.find((one) => one.stage === stage)!.record.request;
}
