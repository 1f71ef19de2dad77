import { assert, assertEquals } from "@std/assert";
import { join, relative } from "node:path";
import { expandGlob, isGlob } from "../../../pipeline/compare/glob.ts";
import { isRunFolder } from "../../../pipeline/results/folder.ts";
import { withFolder } from "../sources/scratch.ts";

Deno.test("expandGlob() finds folders and files by *, ?, [] and {}, sorted, none that is hidden", async () => {
  await withFolder((root) => {
    for (const folder of ["b@seed=1", "a", "b", "c+d", ".hidden", "deep/x", "deep/y"]) {
      Deno.mkdirSync(join(root, folder), { recursive: true });
    }
    Deno.writeTextFileSync(join(root, "note.json"), "{}");
    const found = (pattern: string) => expandGlob(join(root, pattern)).map((path) => relative(root, path));
    assertEquals(found("*"), ["a", "b", "b@seed=1", "c+d", "deep", "note.json"]);
    assertEquals(found("b*"), ["b", "b@seed=1"]);
    assertEquals(found("?"), ["a", "b"]);
    assertEquals(found("[ab]"), ["a", "b"]);
    assertEquals(found("[!ab]*"), ["c+d", "deep", "note.json"]);
    assertEquals(found("{a,c+d}"), ["a", "c+d"]);
    assertEquals(found("*+d"), ["c+d"]);
    assertEquals(found("d*/?"), ["deep/x", "deep/y"]);
    assertEquals(found("*/x"), ["deep/x"]);
    assertEquals(found(".h*"), [".hidden"]);
    assertEquals(found("gone/*"), []);
    assertEquals(found("note.json/*"), []);
    assertEquals(["note.json", "a", "gone"].map((name) => isRunFolder(join(root, name))), [false, true, false]);
    return Promise.resolve();
  });
});

Deno.test("isGlob() tells patterns from names of runs", () => {
  assert(["a*", "a?", "[a]", "{a,b}"].every(isGlob));
  assert(!["two-layer@seed=7,train.epochs=2", "a+b~c(1)", "results/x"].some(isGlob));
});
