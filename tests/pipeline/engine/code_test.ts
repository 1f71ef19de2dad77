import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { CodeReader, type CodeRoot } from "../../../pipeline/engine/keys/code.ts";
import { significantText } from "../../../pipeline/engine/keys/source_text.ts";
import { CodeChangedError, DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { AgedIo } from "./aged_io.ts";
import { changed, ROOT, runToys, withCache, wordsOf } from "./bench.ts";
import { damage, tickAfter } from "./tamper.ts";

const ENGINE = join(import.meta.dirname!, "../../../pipeline/engine");

/** A stage's source files, with all forms of imports. */
const SOURCES = {
  "stage.ts": `
    /** A stage. */
    import { z } from "zod";
    import ndarray from "ndarray";
    import { join } from "node:path";
    import { helper } from "./helper.ts";
    import {
      one, // the first; there's a "second"
      two,
    } from "./several.ts";
    const resolved = import.meta.resolve("./resolved.json");
    import type { Shape } from "./types.ts";
    import * as native from "./kernel.wasm";
    import "./effect.ts";
    export { again } from "./again.ts";
    export type { Other } from "./other_types.ts";
    import type Default from "./other_types.ts";
    import table from "./table.json" with { type: "json" };
    export * as all from "./star.ts"; import { last } from "./last.ts"
    new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const folder = new URL("./", import.meta.url);
    // Text in a comment, like import(name), is not an import.
    import { artifactKind } from "ENGINE/stage/kind.ts";
    export const text = one(await import("./late.ts"));
  `,
  "helper.ts": `export { shared as helper } from "./shared.ts";`,
  "several.ts": `import { shared } from "./shared.ts"; export const one = shared, two = 2;`,
  "shared.ts": `import { helper } from "./helper.ts"; export const shared = 1;`,
  "again.ts": `export const again = 1;`,
  "effect.ts": `export {};`,
  "late.ts": `export const late = 1;`,
  "types.ts": `export type Shape = number[];`,
  "other_types.ts": `export type Other = number[];`,
  "kernel.wasm": "\0asm",
  "table.json": "[1]",
  "resolved.json": "[2]",
  "star.ts": `/** A star. */ export const star = 1;`,
  "last.ts": `import type from "./type.ts"; export const last = type;`,
  "type.ts": `export default 1;`,
  "worker.ts": `export {};`,
  "unused.ts": `export const unused = 1;`,
};

/** Calls `work` with a folder of the sources. */
async function withSources(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-code-" });
  try {
    for (const [name, text] of Object.entries(SOURCES)) {
      const engine = relative(folder, ENGINE).replaceAll("\\", "/");
      Deno.writeTextFileSync(`${folder}/${name}`, text.replace("ENGINE", engine));
    }
    for (const name of ["package.json", "deno.lock"]) Deno.copyFileSync(join(ROOT.folder, name), join(folder, name));
    await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** The project, and a folder with a user's code. */
const rootsWith = (folder: string): CodeRoot[] => [ROOT, { name: "user", folder }];
const sourceIn = (folder: string) => pathToFileURL(`${folder}/stage.ts`).href;
const read = (folder: string) => new CodeReader(rootsWith(folder)).digest([sourceIn(folder)]);

function append(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { append: true });
}

Deno.test("CodeReader.digest() covers all imports of a file, but no types and no unused files", async () => {
  await withSources((folder) => {
    const names = Object.keys(read(folder).files).map((name) => name.replace("user:", ""));
    assertEquals(names.toSorted(), [
      "again.ts",
      "effect.ts",
      "helper.ts",
      "kernel.wasm",
      "last.ts",
      "late.ts",
      "npm:iota-array",
      "npm:is-buffer",
      "npm:ndarray",
      "npm:zod",
      "pipeline/engine/stage/kind.ts",
      "resolved.json",
      "several.ts",
      "shared.ts",
      "stage.ts",
      "star.ts",
      "table.json",
      "type.ts",
      "worker.ts",
    ]);
  });
});

for (
  const name of [
    "stage.ts",
    "helper.ts",
    "several.ts",
    "shared.ts",
    "again.ts",
    "effect.ts",
    "late.ts",
    "kernel.wasm",
    "table.json",
    "resolved.json",
    "star.ts",
    "last.ts",
    "type.ts",
    "worker.ts",
  ]
) {
  Deno.test(`CodeReader.digest() changes, with the digest of only that file, if ${name} changes`, async () => {
    await withSources((folder) => {
      const before = read(folder);
      append(`${folder}/${name}`, "more;");
      const after = read(folder);
      assertNotEquals(after.digest, before.digest);
      const differing = Object.keys(after.files).filter((file) => after.files[file] !== before.files[file]);
      assertEquals(differing, [`user:${name}`]);
    });
  });
}

Deno.test("CodeReader.digest() does not change with types, unused files, blank lines or comments", async () => {
  await withSources((folder) => {
    const before = read(folder);
    for (const name of ["types.ts", "other_types.ts", "unused.ts"]) append(`${folder}/${name}`, "more;");
    const source = Deno.readTextFileSync(`${folder}/stage.ts`);
    Deno.writeTextFileSync(
      `${folder}/stage.ts`,
      `// New.\n\n${source.replaceAll(/^ {4}/gm, "\t")}\n/**\n * More.\n */\n`,
    );
    assertEquals(read(folder), before);
  });
});

Deno.test("CodeReader.digest() identifies files by their root, and does not depend on its location", async () => {
  await withSources(async (folder) => {
    const before = read(folder);
    assertEquals(Object.keys(before.files).includes("user:shared.ts"), true);
    await withSources((elsewhere) => assertEquals(read(elsewhere), before));
    const own = new CodeReader([ROOT]).digest([new URL("../../../core/errors.ts", import.meta.url).href]);
    assertEquals(Object.keys(own.files), ["core/errors.ts"]);
  });
});

Deno.test("CodeReader.digest() combines the code of several files, in any order", async () => {
  await withSources((folder) => {
    const digest = (...names: string[]) =>
      new CodeReader(rootsWith(folder)).digest(names.map((name) => pathToFileURL(`${folder}/${name}`).href));
    const names = ({ files }: ReturnType<typeof digest>) => Object.keys(files);
    assertEquals(names(digest("again.ts")), ["user:again.ts"]);
    assertEquals(names(digest("again.ts", "unused.ts")), ["user:again.ts", "user:unused.ts"]);
    assertEquals(digest("unused.ts", "again.ts").digest, digest("again.ts", "unused.ts").digest);
    assertNotEquals(digest("again.ts").digest, digest("again.ts", "unused.ts").digest);
  });
});

Deno.test("CodeReader.digest() throws for code outside all roots", async () => {
  await withSources((folder) => {
    const elsewhere = new CodeReader([ROOT]);
    assertThrows(() => elsewhere.digest([sourceIn(folder)]), DefinitionError, "is outside the root folders of code");
  });
});

for (
  const [what, line] of [
    ["a package that is not in package.json", 'import { x } from "left-pad";'],
    ["a web address", 'import "https://example.org/x.ts";'],
    ["a computed name", "const x = await import(name);"],
  ]
) {
  Deno.test(`CodeReader.digest() rejects an import of ${what}`, async () => {
    await withSources((folder) => {
      append(`${folder}/shared.ts`, `\n${line}\n`);
      assertThrows(() => read(folder), DefinitionError, "shared.ts imports");
    });
  });
}

Deno.test("CodeReader.digest() notices an edit that preserves the file's length and times", async () => {
  await withSources((folder) => {
    const path = `${folder}/shared.ts`;
    const [before, { mtime }] = [read(folder), Deno.statSync(path)];
    Deno.writeTextFileSync(path, SOURCES["shared.ts"].replace("shared = 1", "shared = 2"));
    Deno.utimeSync(path, mtime!, mtime!);
    assertNotEquals(read(folder).digest, before.digest);
  });
});

Deno.test("CodeReader.digest() throws if an imported file does not exist", async () => {
  await withSources((folder) => {
    Deno.removeSync(`${folder}/shared.ts`);
    assertThrows(() => read(folder), Deno.errors.NotFound, "shared.ts");
  });
});

Deno.test("runStages() runs a stage if a file that it imports has changed, and names the file", async () => {
  await withSources((folder) =>
    withCache(async (cache) => {
      const change = changed("lower", { source: pathToFileURL(`${folder}/stage.ts`).href });
      const roots = rootsWith(folder);
      const first = await runToys(cache, { change, roots });
      append(`${folder}/shared.ts`, "\n\n// A comment.\n");
      assertEquals((await runToys(cache, { change, roots })).work, []);

      append(`${folder}/shared.ts`, "export const more = 1;\n");
      const second = await runToys(cache, { change, roots });
      assertEquals([second.work, second.digests], [["lower"], first.digests]);
      const [words] = wordsOf(second, "lower");
      assert(/^code: .*shared\.ts changed$/.test(words), words);
    })
  );
});

const CODE = "const a = 1;\nconst b = 2;";

for (
  const [what, text] of [
    ["blank lines", "\nconst a = 1;\n\n\nconst b = 2;\n"],
    ["indentation", "  const a = 1;\n\tconst b = 2;"],
    ["Windows line ends", "const a = 1;\r\nconst b = 2;\r\n"],
    ["line comments", "// One.\nconst a = 1;\n  // Two.\nconst b = 2;"],
    ["a block comment", "/* One. */\nconst a = 1;\n/**\n * Two.\n */\nconst b = 2;"],
    ["code in a comment", "/*\nconst c = 3;\n*/\n// const d = 4;\nconst a = 1;\nconst b = 2;"],
  ]
) {
  Deno.test(`significantText() omits ${what}`, () => assertEquals(significantText(text), CODE));
}

for (
  const [what, one, other] of [
    [
      "code after a comment on its last line",
      "/*\n * One.\n */ const a = 1;\nconst b = 2;",
      "/*\n * One.\n */ const a = 3;",
    ],
    ["code after that line", "/*\n */ const a = 1;\nconst b = 2;", "/*\n */ const a = 1;\nconst b = 3;"],
    ["code after a one-line comment", "/* One. */ const a = 1;", "/* One. */ const a = 2;"],
    ["code before a comment", "const a = 1; // One.", "const a = 2; // One."],
    ["the order of lines", CODE, CODE.split("\n").reverse().join("\n")],
    ["what looks like a comment in a template", "const a = `\n// one\n`;", "const a = `\n// two\n`;"],
    ["indentation in a template", "const a = `\n one\n`;", "const a = `\n  one\n`;"],
    ["what looks like a comment in a string", 'const a = "// one";', 'const a = "// two";'],
  ]
) {
  Deno.test(`significantText() keeps ${what}`, () => assertNotEquals(significantText(one), significantText(other)));
}

Deno.test("significantText() keeps code between two one-line comments", () => {
  const text = (lr: number) => `/* a */ export const lr = ${lr}; /* b */\nfoo();`;
  assertNotEquals(significantText(text(1)), significantText(text(2)));
  assertEquals(significantText("/* a */\nfoo();"), significantText("/* b */\nfoo();"));
});

Deno.test("checkUnchanged() names the file that was edited after it was digested, and accepts new comments", async () => {
  await withSources((folder) => {
    const sources = [sourceIn(folder)];
    const edits: Record<string, () => void> = {
      "late.ts": () => append(`${folder}/late.ts`, "export const more = 2;\n"),
      "kernel.wasm": () => append(`${folder}/kernel.wasm`, "x"),
    };
    for (const [name, edit] of Object.entries(edits)) {
      const reader = new CodeReader(rootsWith(folder));
      const code = reader.digest(sources);
      append(`${folder}/shared.ts`, "\n// a comment\n");
      edit();
      assertThrows(() => reader.checkUnchanged(code, sources), CodeChangedError, name);
    }
    const reader = new CodeReader(rootsWith(folder));
    const code = reader.digest(sources);
    append(`${folder}/late.ts`, "\n// a comment\n");
    reader.checkUnchanged(code, sources);
    // The code is loaded: later edits belong to another version.
    append(`${folder}/late.ts`, "export const later = 3;\n");
    reader.checkUnchanged(code, sources);
  });
});

Deno.test("checkUnchanged() compares the status of older files, and reads them again if it differs", async () => {
  await withSources(async (folder) => {
    const sources = [sourceIn(folder)];
    const { readFileSync } = Deno;
    let reads = 0;
    Deno.readFileSync = (path) => (reads++, readFileSync(path));
    try {
      for (const [io, again] of [[diskIo, true], [new AgedIo(), false]] as const) {
        const reader = new CodeReader(rootsWith(folder), io);
        const code = reader.digest(sources);
        reads = 0;
        reader.checkUnchanged(code, sources);
        assertEquals(reads > 0, again, "a recent file could have changed without a new status");
      }
      const reader = new CodeReader(rootsWith(folder), new AgedIo());
      const code = reader.digest(sources);
      await tickAfter([`${folder}/late.ts`]);
      damage(`${folder}/late.ts`, (bytes) => bytes.map((byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte)));
      assertThrows(() => reader.checkUnchanged(code, sources), CodeChangedError, "late.ts");
    } finally {
      Deno.readFileSync = readFileSync;
    }
  });
});

Deno.test("runStages() stores nothing from a stage whose code is edited while it runs, and runs it again next time", async () => {
  await withSources(async (folder) => {
    const [source, roots] = [sourceIn(folder), rootsWith(folder)];
    for (const name of ["words", "grow"]) {
      await withCache(async (cache) => {
        let edits = 0;
        const log = (work: string) => {
          if (work.split(" ")[0] === name && edits++ === 0) append(`${folder}/late.ts`, `export const ${name} = 4;\n`);
        };
        const change = changed(name, { source });
        await assertRejects(() => runToys(cache, { change, log, roots }), CodeChangedError, "late.ts");
        const again = await runToys(cache, { change, roots });
        assertEquals(again.actions[name], "run", "none of its steps was stored");
      });
    }
  });
});
