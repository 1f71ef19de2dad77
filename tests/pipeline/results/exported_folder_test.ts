import { assertEquals, assertThrows } from "@std/assert";
import { dirname, join } from "node:path";
import { DefinitionError, ResultsError, UsageError } from "../../../pipeline/engine/run_errors.ts";
import { pathsOfExport, writeExport } from "../../../pipeline/results/exported_folder.ts";

const ABOUT = { run: "small", target: "pytorch" };

/** A folder that does not exist yet, in one that goes away. */
function place(): { folder: string } & Disposable {
  const parent = Deno.makeTempDirSync({ prefix: "retrace-export-" });
  return { folder: join(parent, "new/out"), [Symbol.dispose]: () => Deno.removeSync(parent, { recursive: true }) };
}

function filesOf(texts: Record<string, string>) {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]));
}

function contentOf(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].filter(({ isFile, name }) => isFile && name !== "export.json");
  const texts = names.map(({ name }): [string, string] => [name, Deno.readTextFileSync(join(folder, name))]);
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

Deno.test("an export replaces an earlier one, and what it does not write any more goes; files of the user stay", () => {
  using at = place();
  assertEquals(writeExport(at.folder, ABOUT, filesOf({ a: "1", b: "1" })), ["a", "b", "export.json"]);
  Deno.writeTextFileSync(join(at.folder, "notes"), "mine");
  Deno.mkdirSync(join(at.folder, "__pycache__"));
  writeExport(at.folder, { ...ABOUT, target: "onnx" }, filesOf({ b: "2", c: "2" }));
  assertEquals(contentOf(at.folder), { b: "2", c: "2", notes: "mine" });
  assertEquals(Deno.statSync(join(at.folder, "__pycache__")).isDirectory, true);
  assertEquals(JSON.parse(Deno.readTextFileSync(join(at.folder, "export.json"))).target, "onnx");
  assertEquals([...Deno.readDirSync(dirname(at.folder))].map(({ name }) => name), ["out"]);
});

Deno.test("an export replaces nothing that no export has written, and nothing that was edited since", () => {
  using at = place();
  const refused = (message: string, texts: Record<string, string> = { a: "2" }) => {
    const before = contentOf(at.folder);
    assertThrows(() => writeExport(at.folder, ABOUT, filesOf(texts)), UsageError, message);
    assertEquals(contentOf(at.folder), before);
  };
  Deno.mkdirSync(at.folder, { recursive: true });
  Deno.writeTextFileSync(join(at.folder, "a"), "mine");
  refused(`no export has written ${join(at.folder, "a")}`);
  Deno.writeTextFileSync(join(at.folder, "export.json"), "{}");
  refused(`no export has written ${join(at.folder, "export.json")}`, { b: "2" });
  Deno.removeSync(join(at.folder, "export.json"));
  writeExport(at.folder, ABOUT, filesOf({ b: "1" }));
  refused(`no export has written ${join(at.folder, "a")}`);
  Deno.writeTextFileSync(join(at.folder, "b"), "edited");
  refused(`${join(at.folder, "b")} was edited since it was exported`, { c: "2" });
});

Deno.test("something else in the place of the folder, or of a file in it, is refused", () => {
  using at = place();
  Deno.mkdirSync(dirname(at.folder));
  Deno.writeTextFileSync(at.folder, "mine");
  assertThrows(() => writeExport(at.folder, ABOUT, filesOf({ a: "1" })), UsageError, `${at.folder} is a file`);
  Deno.removeSync(at.folder);
  Deno.symlinkSync(dirname(at.folder), at.folder);
  assertThrows(() => writeExport(at.folder, ABOUT, filesOf({ a: "1" })), UsageError, `${at.folder} is a link`);
  Deno.removeSync(at.folder);
  Deno.mkdirSync(join(at.folder, "a"), { recursive: true });
  assertThrows(() => writeExport(at.folder, ABOUT, filesOf({ a: "1" })), UsageError, "no export has written");
});

Deno.test("the current folder, and one around it, is refused", () => {
  for (const folder of [".", "..", "/", Deno.cwd()]) {
    assertThrows(() => writeExport(folder, ABOUT, filesOf({ a: "1" })), UsageError, `${folder} is the current folder`);
  }
});

Deno.test("a failure leaves the old export whole", () => {
  using at = place();
  writeExport(at.folder, ABOUT, filesOf({ a: "1" }));
  // The name is longer than a file's can be.
  const files = filesOf({ a: "2", ["b".repeat(300)]: "2" });
  assertThrows(() => writeExport(at.folder, ABOUT, files), ResultsError, `Cannot write the export to ${at.folder}`);
  assertEquals(contentOf(at.folder), { a: "1" });
  assertEquals([...Deno.readDirSync(dirname(at.folder))].map(({ name }) => name), ["out"]);
});

Deno.test("an export whose process was killed between two folders is restored by the next one", () => {
  using at = place();
  writeExport(at.folder, ABOUT, filesOf({ a: "1" }));
  Deno.writeTextFileSync(join(at.folder, "notes"), "mine");
  Deno.renameSync(at.folder, join(dirname(at.folder), ".out.old"));
  writeExport(at.folder, ABOUT, filesOf({ a: "2" }));
  assertEquals(contentOf(at.folder), { a: "2", notes: "mine" });
  Deno.writeTextFileSync(join(at.folder, "a"), "edited");
  Deno.renameSync(at.folder, join(dirname(at.folder), ".out.old"));
  assertThrows(() => writeExport(at.folder, ABOUT, filesOf({ a: "3" })), UsageError, "was edited");
  assertEquals(contentOf(at.folder), { a: "edited", notes: "mine" });
});

Deno.test("the files of a target lie in the folder itself", () => {
  using at = place();
  for (const name of ["../a", "a/b", ".a", "", "export.json"]) {
    assertThrows(() => writeExport(at.folder, ABOUT, filesOf({ [name]: "1" })), DefinitionError, `a file "${name}"`);
  }
});

Deno.test("only the folder and its two neighbours have to be writable, and the one around it if it is missing", () => {
  using at = place();
  const parent = dirname(at.folder);
  const own = [at.folder, join(parent, ".out.new"), join(parent, ".out.old")];
  assertEquals(pathsOfExport(at.folder), [...own, parent]);
  Deno.mkdirSync(parent);
  assertEquals(pathsOfExport(at.folder), own);
});
