/** An untrusted cache: links in it are not followed. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { CorruptArtifactError, StoreError } from "../../../pipeline/engine/run_errors.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { filesUnder } from "../cli/retrace.ts";
import { withCache } from "./bench.ts";

const BYTES = new TextEncoder().encode("bytes");

/** Does `work` with an existing folder. */
async function withRoom(work: (folder: string) => void): Promise<void> {
  await withCache((folder) => {
    Deno.mkdirSync(folder, { recursive: true });
    work(folder);
  });
}

/** The folders of the cache, each with a call that writes to it. */
const WRITES: [folder: string, write: (store: Store) => void][] = [
  ["artifacts", (store) => store.put(BYTES)],
  [`artifacts/${digestOfBytes(BYTES).slice(0, 2)}`, (store) => store.put(BYTES)],
  ["temporary", (store) => store.put(BYTES)],
  ["records", (store) => store.writeText(join(store.root, "records/s/x"), "x")],
  ["records/s", (store) => store.writeText(join(store.root, "records/s/x"), "x")],
  ["locks", (store) => store.lockPath("x")],
  ["scratch", (store) => store.scratch("s", "x")],
  ["scratch/s", (store) => store.scratch("s", "x")],
  ["scratch/s/x", (store) => store.scratch("s", "x")],
];

for (const [folder, write] of WRITES) {
  Deno.test(`Store writes nothing if its folder ${folder} is a link`, async () => {
    await withRoom((cache) => {
      const [elsewhere, root] = [join(cache, "elsewhere"), join(cache, "cache")];
      const old = join(elsewhere, "old");
      Deno.mkdirSync(elsewhere);
      Deno.writeTextFileSync(old, "keep me");
      // Old enough to be removed if it were in the store.
      Deno.utimeSync(old, 1, 1);
      Deno.mkdirSync(join(root, folder, ".."), { recursive: true });
      Deno.symlinkSync(elsewhere, join(root, folder));
      const { message } = assertThrows(() => write(new Store(root)), StoreError);
      for (const part of [join(root, folder), "is a link", "--cache DIR"]) assertStringIncludes(message, part);
      assertEquals([...Deno.readDirSync(elsewhere)].map(({ name }) => name), ["old"]);
    });
  });
}

Deno.test("Store.scratch() removes links, also in folders, and nothing else", async () => {
  await withRoom((cache) => {
    const [elsewhere, root] = [join(cache, "elsewhere"), join(cache, "cache")];
    Deno.writeTextFileSync(elsewhere, "keep me");
    const folder = new Store(root).scratch("stage", "key");
    Deno.mkdirSync(join(folder, "deeper"));
    for (const path of [folder, join(folder, "deeper")]) {
      Deno.writeTextFileSync(join(path, "kept"), "");
      Deno.symlinkSync(elsewhere, join(path, "link"));
      Deno.symlinkSync("/nowhere", join(path, "broken"));
    }
    new Store(root).scratch("stage", "key");
    assertEquals(Object.keys(filesUnder(folder)), ["deeper/kept", "kept"]);
    assertEquals(Deno.readTextFileSync(elsewhere), "keep me");
  });
});

Deno.test("Store works in a cache that is itself a link: the user chose it", async () => {
  await withRoom((cache) => {
    Deno.mkdirSync(join(cache, "real"));
    Deno.symlinkSync(join(cache, "real"), join(cache, "link"));
    const store = new Store(join(cache, "link"));
    assertEquals(store.artifact(store.put(BYTES)).bytes(), BYTES);
  });
});

Deno.test("diskIo(cache).note() does not write through a link", async () => {
  await withRoom((cache) => {
    const file = join(cache, "file");
    Deno.writeTextFileSync(file, "keep me");
    Deno.symlinkSync(file, join(cache, "note"));
    diskIo(cache).note(join(cache, "note"), "x");
    assertEquals([Deno.readTextFileSync(file), Deno.readTextFileSync(join(cache, "note"))], ["keep me", "x"]);
  });
});

Deno.test({
  name: "Store does not block if a pipe is in the place of a file",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withRoom((cache) => {
      const store = new Store(cache);
      const address = store.put(BYTES);
      const path = join(cache, "artifacts", address.digest.slice(0, 2), address.digest);
      for (const pipe of [path, join(cache, "text")]) {
        diskIo(cache).remove(pipe);
        assertEquals(new Deno.Command("mkfifo", { args: [pipe] }).outputSync().success, true);
      }
      const empty = { digest: address.digest, size: 0 };
      assertEquals([store.holds(address), store.holds(empty), store.readText(join(cache, "text"))], [
        false,
        false,
        null,
      ]);
      assertThrows(() => store.artifact(empty).bytes(), CorruptArtifactError);
    }),
});

Deno.test("Store does not read texts and artifacts that are too long", async () => {
  await withRoom((cache) => {
    const store = new Store(cache);
    const address = store.put(BYTES);
    const path = join(cache, "text");
    Deno.writeTextFileSync(path, "");
    // A sparse terabyte, which takes no space.
    Deno.truncateSync(path, 2 ** 40);
    assertEquals(store.readText(path), null);
    assertThrows(() => store.artifact({ ...address, size: 2 ** 50 }).bytes(), CorruptArtifactError);
  });
});
