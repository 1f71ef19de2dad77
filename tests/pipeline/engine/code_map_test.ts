import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { askDeno } from "../../../pipeline/cli/front/read_code.ts";
import { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import { changedFiles, type CodeMap, declaredFiles } from "../../../pipeline/engine/keys/code_map.ts";
import { inspect } from "../../../pipeline/engine/keys/file_evidence.ts";
import { makeCodeMap } from "../../../pipeline/engine/keys/make_code_map.ts";
import { CodeChangedError, DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import { digestIn, sameAge, withProject, writeFiles } from "./ways_project.ts";

const SOURCES = {
  "stage.ts":
    'import "./h.ts";\nexport const stage = { name: "s", source: import.meta.url, files: ["./data.txt", "./h.ts"] };\n',
  "h.ts": "export const h = 1;\n",
  "g.ts": "export const g = 1;\n",
  "data.txt": "data",
};

/** Makes maps of a folder, and counts how often Deno is asked; `onAsked` is called after each answer. */
function maker(folder: string, onAsked: (count: number) => void = () => {}) {
  const counts = { asked: 0 };
  const make = (before: CodeMap | null = null, entry = "stage.ts") =>
    makeCodeMap({
      roots: [{ name: "user", folder }],
      entries: [join(folder, entry)],
      ask: async (path) => {
        const graph = await askDeno(path);
        onAsked(++counts.asked);
        return graph;
      },
      before,
    });
  return { make, counts };
}

Deno.test("makeCodeMap() does not ask Deno if nothing has changed, and does if a file has", async () => {
  await withProject(async (folder) => {
    writeFiles(folder, SOURCES);
    const { make, counts } = maker(folder);
    const first = await make();
    assertEquals(JSON.parse(JSON.stringify(first)), first);
    counts.asked = 0;
    // Edited back: the status is another, the content is not.
    writeFiles(folder, SOURCES);
    assertEquals(changedFiles(first), []);
    assertEquals([sameAge(await make(first)), counts.asked], [sameAge(await maker(folder).make()), 0]);
    for (const name of ["h.ts", "data.txt", "deno.json", "package.json"]) {
      const before = await make();
      writeFiles(folder, { [name]: name.endsWith(".json") ? "{}" : "3;" });
      counts.asked = 0;
      assertEquals(changedFiles(before), [join(folder, name)]);
      assertEquals(sameAge(await make(before)), sameAge(await make()));
      assert(counts.asked > 0);
    }
  });
});

Deno.test("makeCodeMap() asks again for another entry, another format, and what could not be loaded", async () => {
  await withProject(async (folder) => {
    writeFiles(folder, { ...SOURCES, "h.ts": 'import "unknown-package";\n' });
    const { make, counts } = maker(folder);
    const asks = async (work: () => Promise<unknown>) => {
      counts.asked = 0;
      await work();
      return counts.asked > 0;
    };
    const incomplete = await make();
    assert(await asks(() => make(incomplete)), "the package may have been installed");
    writeFiles(folder, SOURCES);
    const map = await make(incomplete);
    assert(!(await asks(() => make(map))));
    assert(await asks(() => make(map, "g.ts")));
    assert(await asks(() => make({ ...map, format: 0 })));
    writeFiles(folder, { "g.ts": 'export const g = { source: import.meta.url, files: ["./no.txt"] };' });
    const undeclared = await make(null, "g.ts");
    assert(digestIn(undeclared, join(folder, "g.ts")).includes("there is no such file"));
    writeFiles(folder, { "no.txt": "1" });
    assert(/^[0-9a-f]{64}$/.test(digestIn(await make(undeclared, "g.ts"), join(folder, "g.ts"))));
    writeFiles(folder, { "g.ts": 'import "./no.ts";' });
    const missing = await make(null, "g.ts");
    writeFiles(folder, { "no.ts": "1;" });
    assert(/^[0-9a-f]{64}$/.test(digestIn(await make(missing, "g.ts"), join(folder, "g.ts"))));
  });
});

Deno.test("an optional file that is missing is part of the map, and a change when it appears", async () => {
  await withProject(async (folder) => {
    writeFiles(folder, {
      "stage.ts": 'export const stage = { source: import.meta.url, optionalFiles: ["./no.txt"] };\n' +
        'new URL("./no.txt", import.meta.url);\n',
    });
    const { make, counts } = maker(folder);
    const missing = await make();
    const [path, stage] = ["no.txt", "stage.ts"].map((name) => join(folder, name));
    assertEquals([missing.files[path], missing.deciding[path], declaredFiles(missing)], [undefined, null, [path]]);
    counts.asked = 0;
    assertEquals([sameAge(await make(missing)), counts.asked], [sameAge(missing), 0]);
    const code = new CodeReader(missing);
    const { href } = pathToFileURL(stage);
    code.checkUnchanged([href]);
    writeFiles(folder, { "no.txt": "1" });
    assertEquals(changedFiles(missing), [path]);
    assertThrows(() => code.checkUnchanged([href]), CodeChangedError, "user:no.txt changed during the run");
    const present = await make(missing);
    assertNotEquals(digestIn(present, stage), digestIn(missing, stage));
    assertEquals(changedFiles(present), []);
  });
});

Deno.test("makeCodeMap() asks until Deno's answer and the files agree, when they are edited meanwhile", async () => {
  await withProject(async (folder) => {
    writeFiles(folder, SOURCES);
    const edit = (count: number) => {
      if (count === 1) writeFiles(folder, { "h.ts": 'import "./g.ts";\n' });
    };
    const { make } = maker(folder, edit);
    assertEquals(sameAge(await make()), sameAge(await maker(folder).make()));
    const always = (count: number) => writeFiles(folder, { "h.ts": `import "./g.ts";\n${" ".repeat(count)}` });
    await assertRejects(() => maker(folder, always).make(), CodeChangedError, "are being edited");
  });
});

Deno.test("makeCodeMap() throws if Deno cannot load the entry", async () => {
  await withProject(async (folder) => {
    writeFiles(folder, { "broken.ts": "const x = ;" });
    for (const entry of ["broken.ts", "none.ts"]) {
      await assertRejects(() => maker(folder).make(null, entry), DefinitionError, entry);
    }
  });
});

Deno.test("declaredFiles() has exactly the files that definitions declare", async () => {
  await withProject(async (folder) => {
    writeFiles(folder, SOURCES);
    const map = await maker(folder).make();
    assertEquals(declaredFiles(map), [join(folder, "data.txt"), join(folder, "h.ts")]);
  });
});

Deno.test("a declared pipe is no file, and nothing waits for it", async () => {
  await withProject(async (folder) => {
    const { "data.txt": _, ...others } = SOURCES;
    writeFiles(folder, others);
    const { success } = await new Deno.Command("mkfifo", { args: [join(folder, "data.txt")] }).output();
    assert(success);
    const message = digestIn(await maker(folder).make(), join(folder, "stage.ts"));
    assert(message.startsWith('user:stage.ts:2 declares the file "./data.txt", but there is no such file'), message);
  });
});

Deno.test("inspect() trusts the status of an old file, and reads a recent one, whatever its status", async () => {
  await withProject((folder) => {
    writeFiles(folder, SOURCES);
    const path = join(folder, "h.ts");
    const known = { ...inspect(path)!, digest: "of an earlier check" };
    assertEquals(inspect(path, { ...known, isOld: true })!.digest, known.digest);
    assertEquals(inspect(path, { ...known, isOld: false })!.digest, inspect(path)!.digest);
    assertEquals(inspect(path, { ...known, isOld: true, status: "another" })!.digest, inspect(path)!.digest);
    assertEquals([inspect(folder), inspect(join(folder, "none.ts"))], [null, null]);
    return Promise.resolve();
  });
});
