/** Files and folders that a user names are read as the file source would store them. */
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DownloadError } from "../../../pipeline/engine/run_errors.ts";
import { digestOfFolder } from "../../../pipeline/sources/folder_archive.ts";
import { fileIn, readGivenFile } from "../../../pipeline/sources/local_file.ts";

const { signal } = new AbortController();

Deno.test("a file is read as it is, a gzip file unpacked, a folder as its archive; what is damaged is refused", async () => {
  const folder = Deno.makeTempDirSync();
  const at = (name: string) => join(folder, name);
  const bytes = Uint8Array.from({ length: 3 << 20 }, (_, i) => i * i >> 3);
  const packed = gzipSync(bytes);
  Deno.writeFileSync(at("plain"), bytes);
  Deno.writeFileSync(at("packed.gz"), packed);
  Deno.writeFileSync(at("cut.gz"), packed.subarray(0, packed.length >> 1));
  Deno.mkdirSync(at("pictures"));
  Deno.writeFileSync(at("pictures/a.png"), bytes);

  for (const name of ["plain", "packed"]) {
    const artifact = await readGivenFile(fileIn(folder, name)!, signal);
    assertEquals(artifact.bytes(), bytes);
    const pieces = [...artifact.pieces()];
    assertEquals([pieces.length, new Uint8Array(await new Blob(pieces).arrayBuffer())], [3, bytes]);
  }
  const archive = await readGivenFile(at("pictures"), signal);
  assertEquals(archive.digest, await digestOfFolder(at("pictures"), { signal, progress: () => {} }));
  assertEquals(fileIn(folder, "gone"), null);
  for (const [name, says] of [["cut.gz", "is a damaged gzip file"], ["gone", "expected a file or a folder"]]) {
    await assertRejects(() => readGivenFile(at(name), signal), DownloadError, says);
  }
  Deno.removeSync(folder, { recursive: true });
});
