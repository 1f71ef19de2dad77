/** What a stage reads without having declared it, through the real command line: it fails, and never goes unnoticed. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { commandOf, type Outcome, outcomeOf } from "../cli/retrace.ts";

const FIRST = 'const { EpochOrder } = await import("../../../core/random/mod.ts");';
const SOURCE = "source: import.meta.url,";
const DECLARED = `${SOURCE} files: ["./table.json"],`;
const READ = 'const table = JSON.parse(Deno.readTextFileSync(new URL("./table.json", import.meta.url)));';

/** A copy of the project in which the stage `batch` can be changed and run. */
interface Copy {
  folder: string;
  /** Writes the stage anew, with other code first, and more at its top or in its declaration. */
  write(first: string, change?: { top?: string; source?: string }): void;
  run(...args: string[]): Promise<Outcome>;
}

async function withCopy(work: (copy: Copy) => Promise<void>): Promise<void> {
  using small = makeSmallDataset();
  const folder = small.path("project");
  copyProject(folder);
  const path = join(folder, "pipeline/classifier/stages/batch.ts");
  const original = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(join(folder, "pipeline/classifier/stages/table.json"), "64");
  Deno.writeTextFileSync(join(folder, "pipeline/classifier/stages/unused.ts"), "export const size = 64;\n");
  await work({
    folder,
    write(first, { top = "", source = SOURCE } = {}) {
      Deno.writeTextFileSync(path, `${top}${original}`);
      edit(path, FIRST, `${FIRST} ${first}`);
      edit(path, SOURCE, source);
    },
    run: (...args) => outcomeOf(commandOf(["run", small.config, ...args]), {}, folder),
  });
}

Deno.test("a stage reads no file that it did not declare, however it tries", async (test) => {
  await withCopy(async ({ folder, write, run }) => {
    const file = join(folder, "pipeline/classifier/stages/table.json");
    const [path, url] = [JSON.stringify(file), JSON.stringify(pathToFileURL(file).href)];
    const unused = JSON.stringify(pathToFileURL(join(folder, "pipeline/classifier/stages/unused.ts")).href);
    // Code in a string, by a name that is computed, is not seen by anything that reads the stage.
    const hidden = 'const run = Reflect.get(globalThis, "ev" + "al") as (text: string) => Promise<unknown>;';
    const denied = /Deno denied access: Requires read access to/;
    const attempts: Record<string, [statement: string, message: RegExp]> = {
      "Deno.readTextFile": [`await Deno.readTextFile(${path});`, denied],
      "Deno.open": [`await Deno.open(${path});`, denied],
      "Deno.readDir": [`await Array.fromAsync(Deno.readDir("pipeline"));`, denied],
      "node:fs": [`(await import("node:fs")).readFileSync(${path});`, denied],
      "node:fs/promises": [`await (await import("node:fs/promises")).readFile(${path});`, denied],
      "getBuiltinModule": [`process.getBuiltinModule("node:fs").readFileSync(${path});`, denied],
      "fetch": [`await fetch(${url});`, denied],
      "a declared way to read, without the declaration": [
        READ,
        /batch\.ts:\d+ reads .*table\.json, which no definition/,
      ],
      "a computed import": [
        'const name = "./unused.ts"; await import(name);',
        /batch\.ts:\d+ imports a module whose name/,
      ],
      "Function by another name": ['const F = Function; F("return 1")();', /batch\.ts:\d+ runs code that is a string/],
      "code in a string that reads": [`${hidden} await run('Deno.readTextFile(${path})');`, denied],
      "code in a string that imports": [
        `${hidden} await run('import(${unused})');`,
        /Requires read access to ".*unused\.ts"/,
      ],
    };
    for (const [way, [statement, message]] of Object.entries(attempts)) {
      await test.step(way, async () => {
        write(statement);
        const { code, stderr } = await run("--quiet");
        assertEquals(code, 1, stderr);
        assertMatch(stderr, message);
      });
    }
  });
});

Deno.test("a stage reads what it declares and imports, and runs again after an edit of that", async (test) => {
  const ways = {
    "a declared file": { first: READ, source: DECLARED },
    "imported JSON": { first: "", top: 'import table from "./table.json" with { type: "json" };\n' },
  };
  for (const [way, { first, ...change }] of Object.entries(ways)) {
    await test.step(way, async () => {
      await withCopy(async ({ folder, write, run }) => {
        write(`${first} if (table !== 64) throw new FormatError(\`the table has \${table}\`);`, change);
        const done = await run("--quiet");
        assertEquals([done.code, done.stderr], [0, ""]);
        assertMatch((await run("--dry-run")).stdout, /batch +hit/);
        Deno.writeTextFileSync(join(folder, "pipeline/classifier/stages/table.json"), "32");
        assertMatch((await run("--dry-run")).stdout, /batch +run .*table\.json/);
        const { code, stderr } = await run("--quiet");
        assertEquals(code, 1);
        assertStringIncludes(stderr, "the table has 32");
      });
    });
  }
});
