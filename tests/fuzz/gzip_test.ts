/** Gzip files, damaged. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { file } from "../../pipeline/sources/file.ts";
import { contextIn, gzip, makeBytes, namesIn, sha256, withFolder } from "../pipeline/sources/scratch.ts";
import { fuzz, settledOrNull } from "./fuzz.ts";
import { damaged } from "./mutations.ts";

const BYTES = makeBytes(3000);
const FILE = { name: "images", sha256: sha256(BYTES) };
/** The same in two members, with padding. */
const MEMBERS = new Uint8Array(
  await new Blob([await gzip(BYTES.slice(0, 1000)), await gzip(BYTES.slice(1000)), new Uint8Array(100)]).arrayBuffer(),
);

fuzz("file.fetch() of NAME.gz", damaged([await gzip(BYTES), MEMBERS]), async (bytes) => {
  await withFolder(async (folder) => {
    const scratch = join(folder, "scratch");
    await Deno.mkdir(scratch);
    await Deno.writeFile(join(folder, "images.gz"), bytes);
    const produced = await settledOrNull(async () => await file.fetch(FILE, { path: folder }, contextIn(scratch)));
    if (produced !== null) assertEquals(await Deno.readFile(produced.path), BYTES);
    else assertEquals(namesIn(scratch).length <= 1, true);
  });
});
