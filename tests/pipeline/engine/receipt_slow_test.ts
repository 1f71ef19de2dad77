import { assertEquals, assertStrictEquals } from "@std/assert";
import { resolve } from "node:path";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { endedReceipts, filesOfRecords, keepReceipt, readReceipt } from "../../../pipeline/engine/keys/receipt.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { runToys, withCache } from "./bench.ts";
import { remove } from "./obstacles.ts";
import { type Damage, damage, DAMAGES, swap, tickAfter } from "./tamper.ts";

const CONTENT = { stages: ["words"], accuracy: 0.5 };
/** For a check at this time, every existing file is old enough. */
const later = () => Date.now() + 10_000;

/** The file of the receipt of a place. */
function receiptPath(cache: string, place: string): string {
  return `${cache}/receipts/${digestOfBytes(new TextEncoder().encode(`${resolve(cache)}\n${place}`))}.json`;
}

/** The files of a run of the toys. */
async function filesOfRun(cache: string, store: Store): Promise<string[]> {
  const { results } = await runToys(cache);
  return filesOfRecords(store, results.map(({ record }) => record));
}

Deno.test("readReceipt() returns the content if no file has changed", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const files = await filesOfRun(cache, store);
    await keepReceipt(store, { place: "results/toys", subject: "subject", content: CONTENT }, files, later());
    assertEquals(await readReceipt(new Store(cache), "results/toys", "subject"), CONTENT);
    assertStrictEquals(await readReceipt(store, "results/toys", "another subject"), null);
    assertStrictEquals(await readReceipt(store, "results/others", "subject"), null);
  });
});

Deno.test("readReceipt() returns null if a record or artifact was damaged, with forged mode and times", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const files = await filesOfRun(cache, store);
    const [record, artifact] = [files[0], files[files.length - 1]];
    for (const [name, change] of Object.entries(DAMAGES)) {
      await keepReceipt(store, { place: "results", subject: "subject", content: CONTENT }, files, later());
      await tickAfter(files);
      assertEquals(await readReceipt(store, "results", "subject"), CONTENT);
      for (const path of [record, artifact]) {
        const bytes = Deno.readFileSync(path);
        damage(path, change);
        assertStrictEquals(await readReceipt(store, "results", "subject"), null, `${name}: ${path}`);
        remove(path);
        Deno.writeFileSync(path, bytes);
      }
    }
  });
});

Deno.test("readReceipt() returns null if two artifacts were swapped", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const files = await filesOfRun(cache, store);
    await keepReceipt(store, { place: "results", subject: "subject", content: CONTENT }, files, later());
    await tickAfter(files);
    swap(files[files.length - 1], files[files.length - 2]);
    assertStrictEquals(await readReceipt(store, "results", "subject"), null);
  });
});

Deno.test("readReceipt() returns null if the receipt itself was torn or edited", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const files = await filesOfRun(cache, store);
    const edited: Damage = (bytes) => new TextEncoder().encode(new TextDecoder().decode(bytes).replace("0.5", "0.6"));
    for (const [name, change] of Object.entries({ ...DAMAGES, edited })) {
      await keepReceipt(store, { place: "results", subject: "subject", content: CONTENT }, files, later());
      const [receipt] = [...Deno.readDirSync(`${cache}/receipts`)];
      damage(`${cache}/receipts/${receipt.name}`, change);
      assertStrictEquals(await readReceipt(store, "results", "subject"), null, name);
    }
  });
});

Deno.test("keepReceipt() writes nothing if a file is so recent that it could change without a new status", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const files = await filesOfRun(cache, store);
    await keepReceipt(store, { place: "results", subject: "subject", content: CONTENT }, files, Date.now());
    assertStrictEquals(await readReceipt(store, "results", "subject"), null);
    // A file that was just written is recent, whatever its modification time.
    files.forEach((path) => Deno.utimeSync(path, 0, 0));
    await keepReceipt(store, { place: "results", subject: "subject", content: CONTENT }, files, Date.now());
    assertStrictEquals(await readReceipt(store, "results", "subject"), null);
  });
});

Deno.test("keepReceipt() writes nothing if a file does not exist, or the system has no change times", async () => {
  await withCache(async (cache) => {
    const files = await filesOfRun(cache, new Store(cache));
    const disk = diskIo(cache);
    const timeless = {
      ...disk,
      status: (path: string) => {
        const status = disk.status(path);
        return status && { ...status, changed: null };
      },
    };
    await keepReceipt(
      new Store(cache, timeless),
      { place: "results", subject: "subject", content: CONTENT },
      files,
      later(),
    );
    assertStrictEquals(await readReceipt(new Store(cache), "results", "subject"), null);
    await keepReceipt(new Store(cache), { place: "results", subject: "subject", content: CONTENT }, [
      ...files,
      `${cache}/removed`,
    ], later());
    assertStrictEquals(await readReceipt(new Store(cache), "results", "subject"), null);
  });
});

Deno.test("readReceipt() returns null for an invalid receipt with a valid checksum", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    await keepReceipt(store, { place: "results", subject: "subject", content: CONTENT }, [], later());
    const [{ name }] = [...Deno.readDirSync(`${cache}/receipts`)];
    const deep = "[".repeat(100_000);
    for (const body of ["null", "{", "{}", '{"subject":"subject","files":[1],"restsOn":[]}', deep]) {
      Deno.writeTextFileSync(`${cache}/receipts/${name}`, `${digestOfBytes(new TextEncoder().encode(body))}\n${body}`);
      assertStrictEquals(await readReceipt(store, "results", "subject"), null, body.slice(0, 80));
      assertEquals(endedReceipts(store, new Set()).length, 1);
    }
  });
});

Deno.test("endedReceipts() returns those whose files have changed or are removed, those that depend on them, and torn ones", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const paths = ["a", "b", "c"].map((name) => {
      Deno.mkdirSync(cache, { recursive: true });
      Deno.writeTextFileSync(`${cache}/${name}`, name);
      return `${cache}/${name}`;
    });
    for (const place of ["a", "b", "c"]) {
      await keepReceipt(store, { place, subject: place, content: null }, [`${cache}/${place}`], later());
    }
    await keepReceipt(store, { place: "both", subject: "both", content: null, restsOn: ["a", "b"] }, [], later());
    await keepReceipt(store, { place: "lost", subject: "lost", content: null, restsOn: ["x"] }, [], later());
    const ended = (going: string[]) => {
      const names = new Set(endedReceipts(store, new Set(going)));
      const places = ["a", "b", "c", "both", "lost", "torn"];
      const path = (place: string) => receiptPath(cache, place);
      return places.filter((place) => names.has(path(place)));
    };
    assertEquals(ended([]), ["lost"]);
    assertEquals(ended([paths[2]]), ["c", "lost"]);
    assertEquals(ended([paths[1]]), ["b", "both", "lost"]);
    Deno.removeSync(paths[0]);
    Deno.writeTextFileSync(receiptPath(cache, "torn"), "");
    assertEquals(ended([]), ["a", "both", "lost", "torn"]);
  });
});

Deno.test("readReceipt() returns null in a copy of the store", async () => {
  await withCache(async (cache) => {
    await keepReceipt(new Store(cache), { place: "results", subject: "subject", content: CONTENT }, [], later());
    Deno.mkdirSync(`${cache}-copy/receipts`, { recursive: true });
    for (const { name } of Deno.readDirSync(`${cache}/receipts`)) {
      Deno.copyFileSync(`${cache}/receipts/${name}`, `${cache}-copy/receipts/${name}`);
    }
    try {
      assertStrictEquals(await readReceipt(new Store(`${cache}-copy`), "results", "subject"), null);
      assertEquals(await readReceipt(new Store(cache), "results", "subject"), CONTENT);
    } finally {
      Deno.removeSync(`${cache}-copy`, { recursive: true });
    }
  });
});

Deno.test("a receipt that cannot be read or written is missing, and not a failure", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const statement = { place: "results", subject: "subject", content: CONTENT };
    const path = `${cache}/folder/file`;
    Deno.mkdirSync(`${cache}/folder`, { recursive: true });
    Deno.writeTextFileSync(path, "a");
    assertEquals(await keepReceipt(store, statement, [path], later()), true);
    // A file in the place of a folder: the system does not report "not found".
    Deno.removeSync(`${cache}/folder`, { recursive: true });
    Deno.writeTextFileSync(`${cache}/folder`, "");
    assertStrictEquals(await readReceipt(store, "results", "subject"), null);
    assertEquals(endedReceipts(store, new Set()), [receiptPath(cache, "results")]);
    // A folder in the place of the receipt.
    Deno.removeSync(receiptPath(cache, "results"));
    Deno.mkdirSync(`${receiptPath(cache, "results")}/inside`, { recursive: true });
    assertStrictEquals(await readReceipt(store, "results", "subject"), null);
    assertEquals(await keepReceipt(store, statement, [], later()), false);
    // A full disk.
    const full = { ...diskIo(cache), note: () => diskIo("/dev/full").writeDurably("/dev/full/x", new Uint8Array(1)) };
    assertEquals(await keepReceipt(new Store(cache, full), { ...statement, place: "other" }, [], later()), false);
  });
});

Deno.test("readReceipt() returns null if a file was replaced by a link to it, in the cache and elsewhere", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const result = `${cache}.result`;
    Deno.writeTextFileSync(result, "result");
    const files = [...await filesOfRun(cache, store), result];
    for (const path of [files[0], files[files.length - 2], result]) {
      await keepReceipt(store, { place: "results", subject: "subject", content: CONTENT }, files, later());
      assertEquals(await readReceipt(store, "results", "subject"), CONTENT);
      Deno.renameSync(path, `${path}.moved`);
      Deno.symlinkSync(`${path}.moved`, path);
      assertStrictEquals(await readReceipt(store, "results", "subject"), null, path);
      Deno.renameSync(`${path}.moved`, path);
    }
  });
});

Deno.test("readReceipt() returns null if a folder of the cache was replaced by a link to it", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const files = await filesOfRun(cache, store);
    await keepReceipt(store, { place: "results", subject: "subject", content: CONTENT }, files, later());
    Deno.renameSync(`${cache}/artifacts`, `${cache}.artifacts`);
    Deno.symlinkSync(`${cache}.artifacts`, `${cache}/artifacts`);
    assertStrictEquals(await readReceipt(store, "results", "subject"), null);
  });
});
