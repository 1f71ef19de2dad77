/** The code map in the cache is only a note, and may come from anybody: whatever it holds, it is a map or no note. */
import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { askDeno } from "../../../pipeline/cli/front/read_code.ts";
import { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import { type CodeMap, currentMap, declaredFiles, nameOf } from "../../../pipeline/engine/keys/code_map.ts";
import { codeNotePath, codeNoteText, readCodeNote } from "../../../pipeline/engine/keys/receipt.ts";
import { makeCodeMap } from "../../../pipeline/engine/keys/make_code_map.ts";
import { CodeChangedError, DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { OWN_CODE } from "../../../pipeline/define/own_code.ts";
import { PROGRAM, programCode } from "../../../pipeline/cli/front/program_code.ts";
import { withCache } from "./bench.ts";
import { sameAge, withProject, writeFiles } from "./ways_project.ts";

const SOURCES = {
  "stage.ts": 'import "./h.ts";\nimport { parse } from "parser";\nparse;\n' +
    'export const stage = { source: import.meta.url, files: ["./data.txt"] };\n' +
    'new URL("./data.txt", import.meta.url);\nimport.meta.resolve("parser/package.json");\nimport.meta.dirname;\n',
  "h.ts": "export const h = 1;\n",
  "data.txt": "data",
  "package.json": '{ "dependencies": { "parser": "1.0.0" } }',
  "node_modules/parser/package.json":
    '{ "name": "parser", "version": "1.0.0", "main": "index.js", "dependencies": { "types": "1" } }',
  "node_modules/parser/index.js": "exports.parse = 1;",
  "node_modules/types/package.json": '{ "name": "types", "version": "1.0.0" }',
};

/** A project whose map has something in every field, and a note of it in a cache. */
interface Noted {
  folder: string;
  map: CodeMap;
  /** The map in the note with this body; its checksum is right. */
  read(body: unknown): Promise<CodeMap | null>;
}

function withNote(work: (noted: Noted) => Promise<void>): Promise<void> {
  return withProject(async (folder) => {
    writeFiles(folder, SOURCES);
    const map = await makeCodeMap({
      roots: [{ name: "user", folder, program: ["."] }],
      entries: [join(folder, "stage.ts")],
      ask: (entry) => askDeno(entry, ["--node-modules-dir=manual"]),
    });
    const store = new Store(join(folder, "cache"));
    const path = await codeNotePath(store, folder);
    Deno.mkdirSync(dirname(path), { recursive: true });
    await work({
      folder,
      map,
      async read(body) {
        const text = typeof body === "string" ? body : JSON.stringify(body);
        Deno.writeTextFileSync(path, `${digestOfBytes(new TextEncoder().encode(text))}\n${text}`);
        return (await readCodeNote(store, path))?.map ?? null;
      },
    });
  });
}

/** A note that names one file, which a definition declares. */
function declaring({ map, folder }: Noted, path: string, name: string | null = nameOf(path, map.roots)): CodeMap {
  const [stage, data] = ["stage.ts", "data.txt"].map((name) => map.files[join(folder, name)]);
  const other = { ...stage, modules: [], data: [path], declared: [path] };
  return { ...map, files: { [join(folder, "stage.ts")]: other, [path]: { ...data, name } } };
}

Deno.test("a note holds the map that was written, also the largest, and none after damage", async () => {
  await withNote(async (noted) => {
    const { folder, map, read } = noted;
    assertEquals(await read(map), map);
    assertEquals(await read(`${JSON.stringify(map)} `), map);
    const store = new Store(join(folder, "cache"));
    const path = await codeNotePath(store, folder);
    const text = await codeNoteText(map);
    Deno.writeTextFileSync(path, text);
    assertEquals(await readCodeNote(store, path), { map, text });
    for (const damaged of ["", "\n", text.replace("user", "User"), text.slice(0, -1), `${text.slice(0, 64)}\n`]) {
      Deno.writeTextFileSync(path, damaged);
      assertEquals(await readCodeNote(store, path), null);
    }
    Deno.removeSync(path);
    assertEquals(await readCodeNote(store, path), null);
  });
});

Deno.test("a note that is no map, of another format, nested too deeply or too long is none", async () => {
  await withNote(async ({ map, read }) => {
    const { files: _, ...others } = map;
    const text = JSON.stringify(map);
    const deep = (levels: number) => text.replace(/\}$/, `,"more":${"[".repeat(levels)}${"]".repeat(levels)}}`);
    for (const body of ['{"format":2,', "null", "[]", "{}", '"map"', "1", others, { ...map, format: 1 }, deep(64)]) {
      assertEquals(await read(body), null, JSON.stringify(body).slice(0, 60));
    }
    // Deeper than any parser of Deno's could go, and longer than a map can be; one less of each is none of our concern.
    assertEquals(await read(deep(1_000_000)), null);
    assertEquals(await read(text + " ".repeat((1 << 24) - text.length + 1)), null);
    assert(await read(text + " ".repeat((1 << 24) - text.length)) !== null);
    assert(await read(deep(63)) !== null);
  });
});

Deno.test("a note opens no file, and allows no file to be read, outside the program", async () => {
  await withNote(async (noted) => {
    const { folder, map, read } = noted;
    const outside = [
      ...["/etc", "/etc/passwd", "/", "", ".", "data.txt", folder, `${folder}/`, `${folder}/../etc`],
      ...[`${folder}-other/data.txt`, `${folder}/./data.txt`, "__proto__", "constructor", `${folder}/\x1b[2J`],
    ];
    for (const path of outside) {
      for (const name of [null, "user:data.txt"]) assertEquals(await read(declaring(noted, path, name)), null, path);
      const deciding = { ...map.deciding, [path]: null };
      assertEquals(await read({ ...map, deciding }), null, path);
    }
    for (const path of ["/etc/passwd", `${folder}/../etc/passwd`, `${folder}-other/data.txt`, folder]) {
      assertEquals(declaredFiles(declaring(noted, path)), [], path);
    }
    // A folder, and a file that does not exist: other than what the note claims.
    Deno.mkdirSync(join(folder, "sub"));
    for (const path of [join(folder, "sub"), join(folder, "none.txt")]) {
      const forged = await read(declaring(noted, path));
      assert(forged !== null);
      assertEquals(currentMap(map, forged), null, path);
      const missing = declaring(noted, path);
      const file = { ...missing.files[path], evidence: null };
      assertEquals(await read({ ...missing, files: { ...missing.files, [path]: file } }), null, path);
    }
    // Declared, but not part of any digest.
    const stage = join(folder, "stage.ts");
    const undigested = { ...map.files[stage], data: [], declared: [join(folder, "package.json")] };
    assertEquals(await read({ ...map, files: { ...map.files, [stage]: undigested } }), null);
    assertEquals(declaredFiles((await read(map))!), [join(folder, "data.txt")]);
    // Optional, and missing.
    const [missing, elsewhere] = [join(folder, "none.txt"), "/etc/none.txt"];
    const declaringMissing = (path: string, deciding: CodeMap["deciding"]) => {
      const file = { ...map.files[stage], declared: [path], data: [] };
      return read({ ...map, files: { [stage]: { ...file, modules: [] } }, deciding: { ...map.deciding, ...deciding } });
    };
    assert(await declaringMissing(missing, { [missing]: null }) !== null);
    assertEquals(await declaringMissing(missing, {}), null);
    assertEquals(await declaringMissing(elsewhere, { [elsewhere]: null }), null);
  });
});

Deno.test("a command reads its code again if the note of it is no map, or declares files elsewhere", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    const path = await codeNotePath(store, [OWN_CODE.folder, ...PROGRAM.entries].join("\n"));
    Deno.mkdirSync(dirname(path), { recursive: true });
    const { map, notes: [note], declared } = await programCode(cache);
    assert(!declared.includes("/etc"));
    Deno.writeTextFileSync(path, note.text);
    assertEquals((await readCodeNote(store, path))?.map, map);
    const [source] = Object.keys(map.files);
    const forged = { ...map.files, [source]: { ...map.files[source], data: ["/etc"], declared: ["/etc"] } };
    for (const body of ['{"format":2,', "{}", JSON.stringify({ ...map, files: forged })]) {
      Deno.writeTextFileSync(path, `${digestOfBytes(new TextEncoder().encode(body))}\n${body}`);
      const code = await programCode(cache);
      assertEquals([code.declared, sameAge(code.map)], [declared, sameAge(map)]);
    }
  });
});

/** Every place of some JSON, as names of fields. */
function placesIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([name, one]) => placesIn(one).map((rest) => [name, ...rest]))];
}

/** The same JSON with another value in a place; undefined removes the field. */
function changedAt(value: unknown, [name, ...rest]: string[], to: unknown): unknown {
  if (name === undefined) return to;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[name] = changedAt(copy[name], rest, to);
  return copy;
}

const WRONG = [undefined, null, true, -1, 1.5, "", "x", "\x1b[31m", "http://[", "/etc/passwd", [], [[]], {}, [null]];

Deno.test("a note with any value in any field is none, or a map that works", async () => {
  await withNote(async ({ folder, map, read }) => {
    const source = pathToFileURL(join(folder, "stage.ts")).href;
    const graph = await askDeno(join(folder, "stage.ts"));
    const { deciding, ...others } = map;
    // Of the configuration files, two are enough.
    const configured = Object.fromEntries(Object.entries(deciding).filter(([path]) => path.startsWith(folder)));
    const whole = { ...others, deciding: configured };
    assertEquals(await read(whole), whole);
    let [rejected, accepted] = [0, 0];
    const check = async (forged: unknown, place: string) => {
      const note = await read(forged);
      if (note === null) return void rejected++;
      accepted++;
      const works = async (work: () => unknown) => {
        try {
          await work();
        } catch (error) {
          assert(error instanceof DefinitionError || error instanceof CodeChangedError, `${place}: ${error}`);
        }
      };
      await works(() => currentMap(note, note));
      await works(() => declaredFiles(note));
      await works(() => new CodeReader(note).digest([source]));
      await works(() => new CodeReader(note).checkUnchanged([source]));
      // As if Deno had to be asked, with what the note says about files that have not changed.
      const made = {
        roots: map.roots,
        entries: map.entries,
        ask: () => Promise.resolve(graph),
        before: { ...note, isIncomplete: true },
      };
      await works(async () => new CodeReader(await makeCodeMap(made)).digest([source]));
    };
    for (const place of placesIn(whole)) {
      for (const wrong of WRONG) await check(changedAt(whole, place, wrong), `${place.join(" ")} = ${wrong}`);
    }
    assert(rejected > 1000 && accepted > 100, `${rejected} rejected, ${accepted} accepted`);
  });
});
