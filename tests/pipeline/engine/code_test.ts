import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import type { CodeMap } from "../../../pipeline/engine/keys/code_map.ts";
import { CodeChangedError, DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import { codeFrom } from "../code_of.ts";
import { changed, ROOT, runToys, TOYS_CODE, withCache, wordsOf } from "./bench.ts";
import { mapOf, withProject, writeFiles } from "./ways_project.ts";

/** A definition that declares a file, and what it imports. */
const SOURCES = {
  "stage.ts": `
    import { shared } from "./shared.ts";
    import table from "./table.json" with { type: "json" };
    export const stage = { name: "s", source: import.meta.url, files: ["./data.txt"] };
    export const value = [shared, table];
  `,
  "shared.ts": "export const shared = 1;\n",
  "table.json": "[1]",
  "data.txt": "data",
  "other.ts": "export const other = 1;\n",
  "all.ts": 'import "./stage.ts"; import "./other.ts";\n',
};
const urlIn = (folder: string, name = "stage.ts") => pathToFileURL(join(folder, name)).href;

/** Calls `work` with a folder of the sources. */
function withSources(work: (folder: string) => Promise<void>): Promise<void> {
  return withProject(async (folder) => {
    writeFiles(folder, SOURCES);
    await work(folder);
  });
}

const read = async (folder: string) => new CodeReader(await mapOf(folder, "all.ts")).digest([urlIn(folder)]);

Deno.test("CodeReader.digest() covers what a file imports and declares, identified by root, wherever that is", async () => {
  await withSources(async (folder) => {
    const before = await read(folder);
    assertEquals(Object.keys(before.files), ["user:data.txt", "user:shared.ts", "user:stage.ts", "user:table.json"]);
    await withSources(async (elsewhere) => assertEquals(await read(elsewhere), before));
    const path = join(ROOT.folder, "core/errors.ts");
    const own = (await codeFrom([ROOT], [path])).digest([pathToFileURL(path).href]);
    assertEquals(Object.keys(own.files), ["core/errors.ts"]);
  });
});

for (const name of ["stage.ts", "shared.ts", "table.json", "data.txt"]) {
  Deno.test(`CodeReader.digest() changes, with the digest of only that file, if ${name} changes`, async () => {
    await withSources(async (folder) => {
      const before = await read(folder);
      writeFiles(folder, { [name]: SOURCES[name as keyof typeof SOURCES].replace(/1|data$|name/, "2") });
      const after = await read(folder);
      assertNotEquals(after.digest, before.digest);
      const differing = Object.keys(after.files).filter((file) => after.files[file] !== before.files[file]);
      assertEquals(differing, [`user:${name}`]);
    });
  });
}

Deno.test("CodeReader.digest() combines the code of several files, in any order", async () => {
  await withSources(async (folder) => {
    const reader = new CodeReader(await mapOf(folder, "all.ts"));
    const digest = (...names: string[]) => reader.digest(names.map((name) => urlIn(folder, name)));
    assertEquals(Object.keys(digest("other.ts").files), ["user:other.ts"]);
    assertEquals(digest("other.ts", "shared.ts").digest, digest("shared.ts", "other.ts").digest);
    assertNotEquals(digest("other.ts").digest, digest("other.ts", "shared.ts").digest);
  });
});

Deno.test("CodeReader.filesOf() has the paths of all files, those that are declared as well", async () => {
  await withSources(async (folder) => {
    const reader = new CodeReader(await mapOf(folder, "all.ts"));
    const names = ["data.txt", "shared.ts", "stage.ts", "table.json"];
    assertEquals(reader.filesOf([urlIn(folder)]).sort(), names.map((name) => join(folder, name)));
  });
});

Deno.test("CodeReader.digest() throws for code outside all roots, and for code that is not in the map", async () => {
  await withSources(async (folder) => {
    const elsewhere = await codeFrom([ROOT], [join(folder, "all.ts")]);
    const digest = (name: string) => () => elsewhere.digest([urlIn(folder, name)]);
    assertThrows(digest("stage.ts"), DefinitionError, "is outside the root folders of code");
    assertThrows(digest("unknown.ts"), DefinitionError, "unknown.ts is not part of the program");
  });
});

Deno.test("CodeReader.digest() counts packages with their versions and those of all dependencies", async () => {
  const path = join(ROOT.folder, "core/tensor/tensor.ts");
  const { map } = await codeFrom([ROOT], [path]);
  const packagesIn = (from: CodeMap) => {
    const { files } = new CodeReader(from).digest([pathToFileURL(path).href]);
    return Object.fromEntries(Object.entries(files).filter(([name]) => name.startsWith("npm:")));
  };
  const found = packagesIn(map);
  assertEquals(Object.keys(found), ["npm:iota-array", "npm:is-buffer", "npm:ndarray"]);
  const lock = JSON.parse(Deno.readTextFileSync(join(ROOT.folder, "deno.lock")));
  for (const [name, version] of Object.entries(found)) assert(`${name.slice(4)}@${version}` in lock.npm, name);
  // Two versions of one package.
  const [id, { dependencies, ...rest }] = Object.entries(map.packages).find(([one]) => one.startsWith("ndarray@"))!;
  const twice = { ...map.packages, [id]: { ...rest, dependencies: [...dependencies, "is-buffer@9.0.0"] } };
  assertEquals(packagesIn({ ...map, packages: twice })["npm:is-buffer"], `${found["npm:is-buffer"]}, 9.0.0`);
});

Deno.test("CodeReader needs no permission to read, and a map survives as JSON", async () => {
  await withSources(async (folder) => {
    const map = await mapOf(folder, "all.ts");
    const program = `
      import { CodeReader } from ${JSON.stringify(import.meta.resolve("../../../pipeline/engine/keys/code.ts"))};
      const { map, source } = JSON.parse(await new Response(Deno.stdin.readable).text());
      console.log(new CodeReader(map).digest([source]).digest);
    `;
    writeFiles(folder, { "program.ts": program });
    const run = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", join(folder, "program.ts")],
      stdin: "piped",
      stdout: "piped",
    });
    const child = run.spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify({ map, source: urlIn(folder) })));
    await writer.close();
    const { stdout } = await child.output();
    assertEquals(new TextDecoder().decode(stdout).trim(), new CodeReader(map).digest([urlIn(folder)]).digest);
  });
});

Deno.test("checkUnchanged() throws if a declared file was edited or removed, and never for modules", async () => {
  await withSources(async (folder) => {
    const reader = new CodeReader(await mapOf(folder, "all.ts"));
    const check = () => reader.checkUnchanged([urlIn(folder)]);
    check();
    // All modules are loaded before a stage runs.
    writeFiles(folder, { "shared.ts": "export const shared = 2;\n", "table.json": "[2]" });
    check();
    for (const content of ["date", null]) {
      writeFiles(folder, { "data.txt": content });
      assertThrows(check, CodeChangedError, "user:data.txt changed during the run");
      writeFiles(folder, { "data.txt": SOURCES["data.txt"] });
      check();
    }
  });
});

Deno.test("runStages() runs a stage if a file that it imports has changed, and names the file", async () => {
  await withSources((folder) =>
    withCache(async (cache) => {
      const change = changed("lower", { source: urlIn(folder) });
      const run = async () => await runToys(cache, { change, code: await codeOfToys(folder) });
      const first = await run();
      writeFiles(folder, { "shared.ts": `\n${SOURCES["shared.ts"]}\n/* A comment. */\n` });
      assertEquals((await run()).work, []);

      writeFiles(folder, { "shared.ts": "export const shared = 2;\n" });
      const second = await run();
      assertEquals([second.work, second.digests], [["lower"], first.digests]);
      assertEquals(wordsOf(second, "lower"), ["code: user:shared.ts changed"]);
    })
  );
});

Deno.test("runStages() runs stages that use a package if its version has changed, and names both versions", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const other = JSON.stringify(TOYS_CODE.map).replaceAll("zod@4.1.12", "zod@4.1.13");
    const { work, cues } = await runToys(cache, { code: new CodeReader(JSON.parse(other)) });
    assertEquals(work[0], "words");
    assertEquals(cues.words, [{ kind: "code", file: "npm:zod", old: "4.1.12", new: "4.1.13" }]);
  });
});

Deno.test("runStages() stores nothing from a stage whose declared file is edited while it runs", async () => {
  await withSources(async (folder) => {
    for (const name of ["words", "grow"]) {
      await withCache(async (cache) => {
        const log = (work: string) => {
          if (work.split(" ")[0] === name) writeFiles(folder, { "data.txt": `edited by ${name}` });
        };
        const change = changed(name, { source: urlIn(folder) });
        const run = async (log?: (work: string) => void) =>
          await runToys(cache, { change, log, code: await codeOfToys(folder) });
        await assertRejects(() => run(log), CodeChangedError, "user:data.txt");
        assertEquals((await run()).actions[name], "run", "none of its steps was stored");
      });
    }
  });
});

function codeOfToys(folder: string): Promise<CodeReader> {
  const toys = join(import.meta.dirname!, "toys.ts");
  return codeFrom([ROOT, { name: "user", folder }], [toys, join(folder, "all.ts")]);
}
