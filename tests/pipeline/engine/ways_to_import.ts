/** Ways to import and to edit: small projects, an edit, and what must happen to the digest of their code. */

/** Files by their path in the project; null removes one. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

/** A project, an edit of it, and what follows. */
export interface Way {
  readonly files: Files;
  /** Files that are written again. */
  readonly edit?: Files;
  /** What the edit does to the digest of stage.ts, or where and why the code (after the edit) is rejected. */
  readonly then: "changes" | "stays" | { readonly rejected: string };
  /** Whether the stage is also run before and after the edit, and what it returns then. */
  readonly runs?: readonly [before: string, after: string];
}

const HELPER = { "h.ts": "export const FACTOR = 1;\n" };
const EDITED = { "h.ts": "export const FACTOR = 2;\n" };

/** A stage that uses FACTOR by these lines; an edit of h.ts must be noticed. */
function uses(stage: string, ...runs: ["1", "2"] | []): Way {
  const files = { ...HELPER, "stage.ts": `${stage}\nexport const value = String(FACTOR);\n` };
  return { files, edit: EDITED, then: "changes", ...(runs.length === 2 ? { runs } : {}) };
}

/** An edit of stage.ts itself. */
function edits(before: string, after: string, then: "changes" | "stays", runs?: [string, string]): Way {
  return { files: { "stage.ts": before }, edit: { "stage.ts": after }, then, ...(runs === undefined ? {} : { runs }) };
}

/** Code in stage.ts that is rejected, with the line and a part of the message. */
function rejects(stage: string, rejected: string, more: Files = HELPER): Way {
  return { files: { ...more, "stage.ts": stage }, then: { rejected } };
}

const bytes = (text: string) => new TextEncoder().encode(text);
/** A WebAssembly module that exports the constant global `FACTOR`. */
const wasm = (value: number) =>
  new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[6, 6, 1, 0x7f, 0, 0x41, value, 0x0b],
    ...[7, 10, 1, 6, ...bytes("FACTOR"), 3, 0],
  ]);

/** Imports of other files, which must all be followed. */
export const IMPORTS: Record<string, Way> = {
  "a plain import": uses('import { FACTOR } from "./h.ts";', "1", "2"),
  "a comment between the names of an import": uses(
    'import {\n  FACTOR, // how much (1: all)\n} from "./h.ts";',
    "1",
    "2",
  ),
  "a comment with quotes between the names": uses(
    "import {\n  // it's \"from\" './x.ts'\n  FACTOR,\n} from './h.ts';",
  ),
  "a comment before an import on its line": uses('/* x */ import { FACTOR } from "./h.ts";', "1", "2"),
  "a comment between from and the name": uses('import { FACTOR } from /* here */ "./h.ts";'),
  "an import after a statement on its line": uses('const a = 1; import { FACTOR } from "./h.ts"; a;'),
  "an import at the end of the file": {
    files: { ...HELPER, "stage.ts": 'export const value = FACTOR;\nimport { FACTOR } from "./h.ts"' },
    edit: EDITED,
    then: "changes",
  },
  "a space before the parenthesis of import()": uses('const { FACTOR } = await import ("./h.ts");', "1", "2"),
  "import() over several lines": uses('const { FACTOR } = await import(\n  "./h.ts"\n);', "1", "2"),
  "import() with comments inside": uses('const { FACTOR } = await import(/* a */ // b\n  "./h.ts", /* c */\n);'),
  "import() of a template without expressions": uses("const { FACTOR } = await import(`./h.ts`);"),
  "import() that is not awaited in a function": uses(
    'const load = () => import("./h.ts").then((all) => all.FACTOR);\nconst FACTOR = await load();',
  ),
  "a default import": {
    files: { "h.ts": "export default 1;", "stage.ts": 'import n from "./h.ts"; export const value = String(n);' },
    edit: { "h.ts": "export default 2;" },
    then: "changes",
    runs: ["1", "2"],
  },
  "a namespace import": uses('import * as all from "./h.ts";\nconst { FACTOR } = all;'),
  "a renamed import": uses('import { FACTOR as other } from "./h.ts";\nconst FACTOR = other;'),
  "a side-effect import": {
    files: { "h.ts": "Object.assign(globalThis, { F: 1 });", "stage.ts": 'import "./h.ts";\nexport const value = 1;' },
    edit: { "h.ts": "Object.assign(globalThis, { F: 2 });" },
    then: "changes",
  },
  "a name that is a type among names that are not": uses(
    'import { type T, FACTOR } from "./h.ts";\nexport type U = T;',
  ),
  "a query after the name": {
    files: { ...HELPER, "stage.ts": 'import { FACTOR } from "./h.ts?v=1#a"; FACTOR;' },
    edit: EDITED,
    then: "changes",
  },
  "a name with a space": {
    files: { "a b.ts": HELPER["h.ts"], "stage.ts": 'import { FACTOR } from "./a%20b.ts"; FACTOR;' },
    edit: { "a b.ts": EDITED["h.ts"] },
    then: "changes",
  },
  "a re-export of everything": {
    files: {
      ...HELPER,
      "all.ts": 'export * from "./h.ts";',
      "stage.ts": 'export { FACTOR as value } from "./all.ts";',
    },
    edit: EDITED,
    then: "changes",
  },
  "a re-export as a namespace": {
    files: { ...HELPER, "stage.ts": 'export * as value from "./h.ts";' },
    edit: EDITED,
    then: "changes",
  },
  "a re-export of a default": {
    files: { "h.ts": "export default 1;", "stage.ts": 'export { default as value } from "./h.ts";' },
    edit: { "h.ts": "export default 2;" },
    then: "changes",
  },
  "a re-export with comments between the names": {
    files: { ...HELPER, "stage.ts": 'export {\n  // the factor\n  FACTOR,\n} from "./h.ts";' },
    edit: EDITED,
    then: "changes",
  },
  "a cycle of imports": {
    files: {
      "stage.ts": 'import "./a.ts"; export const value = 1;',
      "a.ts": 'import "./b.ts"; export const a = 1;',
      "b.ts": 'import "./a.ts"; export const b = 1;',
    },
    edit: { "b.ts": 'import "./a.ts"; export const b = 2;' },
    then: "changes",
  },
  "what a .js file imports": {
    files: { "stage.ts": 'import "./a.js";', "a.js": 'import "./b.js";', "b.js": "export const b = 1;" },
    edit: { "b.js": "export const b = 2;" },
    then: "changes",
  },
  "what a .mjs file imports": {
    files: { "stage.ts": 'import "./a.mjs";', "a.mjs": 'export * from "./b.mjs";', "b.mjs": "export const b = 1;" },
    edit: { "b.mjs": "export const b = 2;" },
    then: "changes",
  },
  "what a .mts file imports": {
    files: { "stage.ts": 'import "./a.mts";', "a.mts": 'import "./b.ts";', "b.ts": "export const b = 1;" },
    edit: { "b.ts": "export const b = 2;" },
    then: "changes",
  },
  "what a .tsx file imports": {
    files: { "stage.ts": 'import "./a.tsx";', "a.tsx": 'import "./b.ts";', "b.ts": "export const b = 1;" },
    edit: { "b.ts": "export const b = 2;" },
    then: "changes",
  },
  "what a .jsx file imports": {
    files: { "stage.ts": 'import "./a.jsx";', "a.jsx": 'import "./b.js";', "b.js": "export const b = 1;" },
    edit: { "b.js": "export const b = 2;" },
    then: "changes",
  },
  "a .cjs file": {
    files: { "stage.ts": 'import a from "./a.cjs"; a;', "a.cjs": "module.exports = 1;" },
    edit: { "a.cjs": "module.exports = 2;" },
    then: "changes",
  },
  "a JSON module": {
    files: {
      "t.json": "[1]",
      "stage.ts": 'import t from "./t.json" with { type: "json" };\nexport const value = String(t);',
    },
    edit: { "t.json": "[2]" },
    then: "changes",
    runs: ["1", "2"],
  },
  "a dynamic import of JSON": {
    files: { "t.json": "[1]", "stage.ts": 'await import("./t.json", { with: { type: "json" } });' },
    edit: { "t.json": "[ 1]" },
    then: "changes",
  },
  "a file imported as text": {
    files: { "t.txt": "one", "stage.ts": 'import t from "./t.txt" with { type: "text" };\nexport const value = t;' },
    edit: { "t.txt": "two" },
    then: "changes",
    runs: ["one", "two"],
  },
  "a source file imported as text, in which a comment is added": {
    files: { ...HELPER, "stage.ts": 'import t from "./h.ts" with { type: "text" };\nexport const value = t;' },
    edit: { "h.ts": "export const FACTOR = 1; // A comment.\n" },
    then: "changes",
  },
  "a source file imported as a module and elsewhere as text": {
    files: {
      ...HELPER,
      "stage.ts": 'import "./h.ts"; import "./a.ts";',
      "a.ts": 'import t from "./h.ts" with { type: "text" }; t;',
    },
    edit: { "h.ts": "export const FACTOR = 1; // A comment.\n" },
    then: "changes",
  },
  "a WebAssembly module": {
    files: {
      "k.wasm": wasm(1),
      "stage.ts": 'import { FACTOR } from "./k.wasm";\nexport const value = String(FACTOR);',
    },
    edit: { "k.wasm": wasm(2) },
    then: "changes",
    runs: ["1", "2"],
  },
  "a value imported from a file next to a type": {
    files: {
      ...HELPER,
      "stage.ts": 'import type { T } from "./h.ts";\nimport { FACTOR } from "./h.ts";\nFACTOR as T;',
    },
    edit: EDITED,
    then: "changes",
  },
  "a linked file": {
    files: { ...HELPER, "link.ts": "→ h.ts", "stage.ts": 'import { FACTOR } from "./link.ts"; FACTOR;' },
    edit: EDITED,
    then: "changes",
  },
  "a link to another file": {
    files: { ...HELPER, "g.ts": EDITED["h.ts"], "link.ts": "→ h.ts", "stage.ts": 'import "./link.ts";' },
    edit: { "link.ts": "→ g.ts" },
    then: "changes",
  },
  "a file that is moved": {
    files: { ...HELPER, "stage.ts": 'import { FACTOR } from "./h.ts";' },
    edit: { "h.ts": null, "g.ts": HELPER["h.ts"], "stage.ts": 'import { FACTOR } from "./g.ts";' },
    then: "changes",
  },
  "a file of another folder": {
    files: { "sub/h.ts": HELPER["h.ts"], "stage.ts": 'import { FACTOR } from "./sub/../sub/h.ts"; FACTOR;' },
    edit: { "sub/h.ts": EDITED["h.ts"] },
    then: "changes",
  },
  "a file that nothing imports": {
    files: { ...HELPER, "stage.ts": "export const value = 1;" },
    edit: EDITED,
    then: "stays",
  },
  "an import of types": {
    files: { "t.ts": "export type T = 1;", "stage.ts": 'import type { T } from "./t.ts";\nexport const value: T = 1;' },
    edit: { "t.ts": "export type T = 1 | 2;" },
    then: "stays",
  },
  "a re-export of types": {
    files: {
      "t.ts": "export type T = 1;",
      "stage.ts": 'export type { T } from "./t.ts";\nexport type * from "./t.ts";',
    },
    edit: { "t.ts": "export type T = 2;" },
    then: "stays",
  },
  "a type that is imported in place": {
    files: { "t.ts": "export type T = 1;", "stage.ts": 'export const value: import("./t.ts").T = 1;' },
    edit: { "t.ts": "export type T = 1 | 3;" },
    then: "stays",
  },
  "text that looks like an import, in a comment and a string": {
    files: {
      ...HELPER,
      "stage.ts": '// import "./h.ts";\n/* import(name) */\nexport const value = \'import("./h.ts")\';',
    },
    edit: EDITED,
    then: "stays",
  },
};

const STAGE = (rest: string) => `export const stage = { name: "s", source: import.meta.url, ${rest} };\n`;

const OPTIONAL = 'export const value = await Deno.readTextFile(new URL("./t.txt", import.meta.url))' +
  '.catch(() => "none");\n';

/** Files that are read while a stage runs. */
export const READS: Record<string, Way> = {
  "a declared file": {
    files: {
      "t.json": "1",
      "stage.ts": STAGE('files: ["./t.json"]') +
        'export const value = await Deno.readTextFile(new URL("./t.json", import.meta.url));',
    },
    edit: { "t.json": "2" },
    then: "changes",
    runs: ["1", "2"],
  },
  "a declared file without ./": {
    files: { "t.txt": "1", "stage.ts": STAGE('files: ["t.txt"]') + 'new URL("t.txt", import.meta.url);' },
    edit: { "t.txt": "2" },
    then: "changes",
  },
  "a declared file that a helper reads": {
    files: {
      "t.txt": "1",
      "h.ts": 'export const text = () => Deno.readTextFile(new URL("./t.txt", import.meta.url));',
      "stage.ts": 'import { text } from "./h.ts";\n' + STAGE('files: ["./t.txt"], run: text'),
    },
    edit: { "t.txt": "2" },
    then: "changes",
  },
  "a declared source file, in which a comment is added": {
    files: { ...HELPER, "stage.ts": 'import "./h.ts";\n' + STAGE('files: ["./h.ts"]') },
    edit: { "h.ts": "export const FACTOR = 1; // A comment.\n" },
    then: "changes",
  },
  "a file that is no longer declared": {
    files: { "t.txt": "1", "stage.ts": STAGE('files: ["./t.txt"]') },
    edit: { "stage.ts": STAGE("files: []") },
    then: "changes",
  },
  "a declared file that appears": {
    files: { "stage.ts": STAGE('files: ["./t.txt"]'), "t.txt": "1" },
    edit: { "t.txt": null },
    then: { rejected: 'stage.ts:1 declares the file "./t.txt"' },
  },
  "an optional file": {
    files: { "t.txt": "1", "stage.ts": STAGE('optionalFiles: ["./t.txt"]') + OPTIONAL },
    edit: { "t.txt": "2" },
    then: "changes",
    runs: ["1", "2"],
  },
  "an optional file that vanishes": {
    files: { "t.txt": "1", "stage.ts": STAGE('optionalFiles: ["./t.txt"]') + OPTIONAL },
    edit: { "t.txt": null },
    then: "changes",
    runs: ["1", "none"],
  },
  "an optional file that appears": {
    files: { "stage.ts": STAGE('optionalFiles: ["./t.txt"]') + OPTIONAL },
    edit: { "t.txt": "2" },
    then: "changes",
    runs: ["none", "2"],
  },
  "another file, where an optional one is missing": {
    files: { "stage.ts": STAGE('optionalFiles: ["./t.txt"]') + OPTIONAL },
    edit: { "u.txt": "2" },
    then: "stays",
  },
  "an optional name that is computed": rejects(
    'const name = "./t.txt";\n' + STAGE("optionalFiles: [name]"),
    "stage.ts:2 declares a file whose name is computed. Write the names in `optionalFiles`",
  ),
  "a declared folder": rejects(STAGE('files: ["./sub"]'), "stage.ts:1 declares the file", { "sub/t.txt": "1" }),
  "a declared name that is computed": rejects(
    'const name = "./t.txt";\n' + STAGE("files: [name]"),
    "stage.ts:2 declares a file whose name is computed",
    { "t.txt": "1" },
  ),
  "an undeclared file": rejects(
    '\nawait Deno.readTextFile(new URL("./t.txt", import.meta.url));',
    "stage.ts:2 reads ",
    { "t.txt": "1" },
  ),
  "an undeclared file without ./": rejects('new URL("t.txt", import.meta.url);', "stage.ts:1 reads ", { "t.txt": "1" }),
  "a folder": rejects('new URL("./", import.meta.url);', "stage.ts:1 reads "),
  "what is no file: an address that cannot be read": rejects(
    'new URL("file://%", import.meta.url);\n',
    'stage.ts:1 names "file://%", which is no file',
  ),
  "what is no file: one of another host": rejects(
    'new URL("file://host/t.txt", import.meta.url);',
    'stage.ts:1 names "file://host/t.txt", which is no file',
  ),
  "a declared name that is no file": rejects(
    STAGE('files: ["./a%2Fb.txt"]'),
    'stage.ts:1 names "./a%2Fb.txt", which is no file',
  ),
  "a file whose name is computed": rejects(
    'for (const n of ["a"]) new URL(`./${n}.txt`, import.meta.url);',
    "stage.ts:1 uses import.meta.url",
  ),
  "an address on the web": {
    files: { "stage.ts": 'export const value = new URL("https://example.org/a", import.meta.url).host;' },
    edit: { "stage.ts": 'export const value = new URL("https://example.com/a", import.meta.url).host;' },
    then: "changes",
  },
  "import.meta.url": rejects("\nexport const here = import.meta.url;", "stage.ts:2 uses import.meta.url"),
  "import.meta.dirname": rejects("export const a = 1;\n\nimport.meta.dirname;", "stage.ts:3 uses import.meta.dirname"),
  "import.meta.filename": rejects("import.meta.filename;", "stage.ts:1 uses import.meta.filename"),
  "import.meta.resolve of a file": rejects('import.meta.resolve("./h.ts");', "stage.ts:1 uses import.meta.resolve"),
  "import.meta in pieces": rejects("const { url } = import.meta;\nurl;", "stage.ts:1 uses import.meta,"),
  "a member of import.meta that is computed": rejects(
    'import.meta["dir" + "name"];',
    "stage.ts:1 uses import.meta,",
  ),
  "import.meta.main": edits("if (import.meta.main) 1;", "if (import.meta.main) 2;", "changes"),
  "a package's file whose version is not known": rejects(
    'import.meta.resolve("zod/package.json");',
    "stage.ts:1 uses a file of the package zod",
  ),
};

/** Ways to load code that are rejected, each with its line. */
export const REJECTED: Record<string, Way> = {
  "a computed import": rejects('const name = "./h.ts";\nawait import(name);', "stage.ts:2 imports a module whose name"),
  "a computed import over lines": rejects(
    "const n = 1;\nawait import(\n  // c\n  `./${n}.ts`\n);",
    "stage.ts:2 imports",
  ),
  "a computed import of a folder's files": rejects(
    'const n = "a";\nawait import(`./sub/${n}.ts`);',
    "stage.ts:2 imports a module whose name",
    { "sub/a.ts": "1;" },
  ),
  "what a helper does": {
    files: {
      "stage.ts": 'import "./h.ts";',
      "h.ts": "export const load = (n: string) =>\n  import(n);",
    },
    then: { rejected: "h.ts:2 imports a module whose name" },
  },
  "a worker": rejects('\nnew Worker("x");', "stage.ts:2 uses Worker"),
  "a worker by another name": rejects("const W = globalThis.Worker;\nnew W('x');", "stage.ts:1 uses Worker"),
  "a shared worker": rejects('new SharedWorker("x");', "stage.ts:1 uses SharedWorker"),
  "require()": rejects('declare const require: (name: string) => unknown;\nrequire("./h.ts");', "stage.ts:2 requires"),
  "import = require()": rejects('import h = require("./h.ts");\nh;', "stage.ts:1 requires a module"),
  "what a .cjs file requires": {
    files: { "stage.ts": 'import "./a.cjs";', "a.cjs": 'require("./b.cjs");', "b.cjs": "1;" },
    then: { rejected: "a.cjs:1 requires a module" },
  },
  "createRequire": rejects(
    'import { createRequire } from "node:module";\ncreateRequire;',
    'stage.ts:1 imports "node:module"',
  ),
  "module.createRequire": rejects(
    'const m = process.getBuiltinModule("module");\nm.createRequire;',
    "stage.ts:1 uses getBuiltinModule",
  ),
  "node:vm": rejects('import "node:vm";', 'stage.ts:1 imports "node:vm"'),
  "node:worker_threads": rejects('import "node:worker_threads";', 'stage.ts:1 imports "node:worker_threads"'),
  "node:child_process": rejects('import "node:child_process";', 'stage.ts:1 imports "node:child_process"'),
  "eval": rejects('\n\neval("1");', "stage.ts:3 runs code that is a string"),
  "eval by another name": rejects('(0, eval)("1");', "stage.ts:1 runs code that is a string"),
  "eval that is taken out of globalThis": rejects("const { eval: run } = globalThis;\nrun;", "stage.ts:1 takes eval"),
  "new Function": rejects('new Function("return 1");', "stage.ts:1 runs code that is a string"),
  "Function()": rejects('globalThis.Function("return 1");', "stage.ts:1 runs code that is a string"),
  "Function as a value": rejects("const F = Function;\nF('1');", "stage.ts:1 runs code that is a string"),
  "Function in a list": rejects("\n[Function][0]('1');", "stage.ts:2 runs code that is a string"),
  "Function that is handed over": rejects("Reflect.construct(Function, ['1']);", "stage.ts:1 runs code"),
  "Function that is extended": rejects("class F extends Function {}\nF;", "stage.ts:1 runs code that is a string"),
  "Function in an object": rejects("const all = { Function };\nall;", "stage.ts:1 runs code that is a string"),
  "Function that is taken out of an object": rejects("const { Function: F } = self;\nF;", "stage.ts:1 takes Function"),
  "a member of Function": rejects("Function.prototype.call(null);", "stage.ts:1 runs code that is a string"),
  "the constructor of a function": rejects("\n(() => {}).constructor('1');", "stage.ts:2 uses the constructor"),
  "new with the constructor of a function": rejects(
    "new (() => {}).constructor('1');",
    "stage.ts:1 uses the constructor",
  ),
  "a constructor by its name in quotes": rejects('(() => {})["constructor"]("1");', "stage.ts:1 uses the constructor"),
  "a constructor by its name in a template": rejects(
    "(() => {})[`constructor`]('1');",
    "stage.ts:1 uses the constructor",
  ),
  "a constructor of a constructor": rejects("''.constructor.constructor('1');", "stage.ts:1 uses the constructor"),
  "a constructor that may be missing": rejects("(() => {})?.constructor?.('1');", "stage.ts:1 uses the constructor"),
  "a constructor with another type": rejects(
    "((() => {}).constructor as (text: string) => void)('1');",
    "stage.ts:1 uses the constructor",
  ),
  "a constructor by another name": rejects(
    "const F = (() => {}).constructor;\nF('1');",
    "stage.ts:1 uses the constructor",
  ),
  "a constructor that is taken out": rejects(
    "const { constructor: F } = () => {};\nF;",
    "stage.ts:1 takes constructor",
  ),
  "a constructor that call() calls": rejects(
    "(() => {}).constructor.call(null, '1');",
    "stage.ts:1 uses the constructor",
  ),
  "a constructor's member that is computed": rejects(
    "const name = 'call';\n(() => {}).constructor[name](null, '1');",
    "stage.ts:2 uses the constructor",
  ),
  "eval of globalThis by another name": rejects("const g = globalThis;\ng.eval('1');", "stage.ts:2 runs code"),
  "eval of a part of globalThis": rejects('globalThis.self["eval"]("1");', "stage.ts:1 runs code that is a string"),
  "eval that may be missing": rejects(
    "const g = globalThis;\ng?.eval?.('1');",
    "stage.ts:2 runs code that is a string",
  ),
  "eval with an escape": rejects('\\u0065val("1");', "stage.ts:1 runs code that is a string"),
  "a worker of globalThis by another name": rejects(
    "const g = globalThis;\nnew g.Worker('x');",
    "stage.ts:2 uses Worker",
  ),
  "a web address": rejects('import "https://example.invalid/x.ts";', 'stage.ts:1 imports "https:'),
  "data:": rejects('\nimport "data:text/javascript,1";', 'stage.ts:2 imports "data:'),
  "a package that is not a dependency": rejects(
    'import "left-pad";',
    'stage.ts:1 imports "left-pad", which is no file',
  ),
  "a file that does not exist": rejects(
    'const a = 1; a;\nimport "./no.ts";',
    'stage.ts:2 imports "./no.ts", which Deno',
  ),
  "a file that cannot be parsed": rejects('import "./h.ts";', 'stage.ts:1 imports "./h.ts", which Deno', {
    "h.ts": "const x = ;",
  }),
  "a file without its extension": rejects('import "./h";', 'stage.ts:1 imports "./h", which Deno'),
};

/** Edits of the text of a file. */
export const EDITS: Record<string, Way> = {
  "a line that looks like a comment in a template": edits(
    "const S = Number(`${`\n// 1\n`}`.replace(/\\D/g, ''));\nexport const value = String(S);",
    "const S = Number(`${`\n// 2\n`}`.replace(/\\D/g, ''));\nexport const value = String(S);",
    "changes",
    ["1", "2"],
  ),
  "a comment in a template": edits("export const a = `/* 1 */`;", "export const a = `/* 2 */`;", "changes"),
  "indentation in a template": edits("export const a = `\n 1`;", "export const a = `\n  1`;", "changes"),
  "a blank line in a nested template": edits(
    "export const a = `${[1].map((n) => `\n${n}`)}`;",
    "export const a = `${[1].map((n) => `\n\n${n}`)}`;",
    "changes",
  ),
  "a comment in the expression of a template": edits(
    "export const a = `${ 1 /* one */ }`;",
    "export const a = `${ 1 /* uno */ }`;",
    "stays",
  ),
  "a regular expression with //": edits("export const a = /[//]1/;", "export const a = /[//]2/;", "changes"),
  "a regular expression with /*": edits("export const a = /\\/*1/;", "export const a = /\\/*2/;", "changes"),
  "a regular expression's flags": edits("export const a = /x/g;", "export const a = /x/i;", "changes"),
  "a regular expression with spaces": edits("export const a = /x  y/;", "export const a = /x y/;", "changes"),
  "a division that looks like a regular expression": edits(
    "const [a, g] = [8, 2];\nexport const value = String(a / 2 / g); // 1",
    "const [a, g] = [8, 2];\nexport const value = String(a / 4 / g); // 1",
    "changes",
    ["2", "1"],
  ),
  "an escaped line break in a string": edits(
    'export const a = "x\\\n// 1";',
    'export const a = "x\\\n// 2";',
    "changes",
  ),
  "// in a string": edits('export const a = "http://a"; // x', 'export const a = "http://b"; // x', "changes"),
  "/* in a string": edits('export const a = "/*"; 1; "*/";', 'export const a = "/*"; 2; "*/";', "changes"),
  "spaces in a string": edits('export const a = "a  b";', 'export const a = "a b";', "changes"),
  "a quote within other quotes": edits("export const a = '\"// 1';", "export const a = '\"// 2';", "changes"),
  "an escape for a letter": edits('export const a = "\\u0061";', 'export const a = "\\u0062";', "changes"),
  "an escape in a name": edits("export const \\u0061 = 1;", "export const \\u0062 = 1;", "changes"),
  "a line break after return": edits(
    "const f = () => { return 1; };\nexport const value = String(f());",
    "const f = () => { return\n1; };\nexport const value = String(f());",
    "changes",
    ["1", "undefined"],
  ),
  "a comment over lines after return": edits(
    "const f = () => { return /* one */ 1; };\nexport const value = String(f());",
    "const f = () => { return /* one\n */ 1; };\nexport const value = String(f());",
    "changes",
    ["1", "undefined"],
  ),
  "a line break before ++": edits(
    "let [a, b] = [1, 1];\na\n++b;\nexport const value = `${a} ${b}`;",
    "let [a, b] = [1, 1];\na++\nb;\nexport const value = `${a} ${b}`;",
    "changes",
    ["1 2", "2 1"],
  ),
  "a line separator, which is a line break": edits(
    "export const f = () => { return 1; };",
    "export const f = () => { return\u20281; };",
    "changes",
  ),
  "a space between two operators": edits("const a = 1; a - -a;", "let a = 1; a-- - a;", "changes"),
  "a member of an enum": edits(
    "enum E { A = 1 }\nexport const value = String(E.A);",
    "enum E { A = 2 }\nexport const value = String(E.A);",
    "changes",
    ["1", "2"],
  ),
  "a const enum": edits("export const enum E { A = 1 }", "export const enum E { A = 2 }", "changes"),
  "a value in a namespace": edits(
    "export namespace N { export const a = 1; }",
    "export namespace N { export const a = 2; }",
    "changes",
  ),
  "a decorator": edits("const d = (_: unknown, __: unknown) => {};\n@d class A {}\nA;", "class A {}\nA;", "changes"),
  "the order of statements": edits("let a = 1;\na = 2;\na = 3;", "let a = 1;\na = 3;\na = 2;", "changes"),
  "a directive": edits('export function f() { "use strict"; }', 'export function f() { "use asm"; }', "changes"),
  "a comment after a hashbang": edits("#!/usr/bin/deno\n1;", "#!/usr/bin/deno\n1; // one", "stays"),
  "a hashbang": edits("#!/usr/bin/deno\n1;", "#!/usr/bin/env deno\n1;", "changes"),
  "what looks like an HTML comment": edits("let a = 2;\n1 <!--a;", "let a = 2;\n1 <!--a + 1;", "changes"),
  "an HTML comment in a script": {
    files: { "stage.ts": 'import "./a.cjs";', "a.cjs": "<!-- 1\n1;" },
    edit: { "a.cjs": "<!-- 2\n1;" },
    then: "changes",
  },
  "text that looks like JSX": edits(
    "const f = <T,>(x: T) => x;\nexport const a = f<string>('// 1');",
    "const f = <T,>(x: T) => x;\nexport const a = f<string>('// 2');",
    "changes",
  ),
  "text between JSX tags that looks like a comment": {
    files: { "stage.ts": 'import "./a.jsx";', "a.jsx": "/** @jsx h */ const h = () => 1; <p>// 1</p>;" },
    edit: { "a.jsx": "/** @jsx h */ const h = () => 1; <p>// 2</p>;" },
    then: "changes",
  },
  "a pragma in a comment of a .tsx file": {
    files: { "stage.ts": 'import "./a.tsx";', "a.tsx": "/** @jsx h */ const [h, g] = [() => 1, () => 2]; <p/>; g;" },
    edit: { "a.tsx": "/** @jsx g */ const [h, g] = [() => 1, () => 2]; <p/>; g;" },
    then: "changes",
  },
  "a comment in a function whose text is read": edits(
    "const f = () => 1; /* a */\nexport const value = f.toString();",
    "const f = () => /* b */ 1;\nexport const value = f.toString();",
    "changes",
    ["()=>1", "()=>/* b */ 1"],
  ),
  "a comment in a function whose text another file reads": {
    files: { "h.ts": "export const f = () => 1;", "stage.ts": 'import { f } from "./h.ts";\nf.toString();' },
    edit: { "h.ts": "export const f = () => /* b */ 1;" },
    then: "changes",
  },
  "a blank line before a position that is read": edits(
    "export const value = new Error().stack!.split(':').at(-2);",
    "\nexport const value = new Error().stack!.split(':').at(-2);",
    "changes",
    ["1", "2"],
  ),
  "a comment next to a number's digits": edits(
    "export const a = (255).toString(16);",
    "export const a = (255).toString(16); // ff",
    "stays",
  ),
  "a line comment": edits("export const a = 1;", "// One.\nexport const a = 1; // Two.", "stays"),
  "a block comment": edits("export const a = 1;", "/* One. */ export /* 2 */ const a /* 3 */ = 1 /* 4 */;", "stays"),
  "a comment over lines between lines": edits("1;\n2;", "1;\n/**\n * Two.\n */\n2;", "stays"),
  "code in a comment": edits("1;", "1;\n/*\nexport const b = 2;\n*/", "stays"),
  "a comment within a call": edits("Math.max(1, 2);", "Math.max(/* a */ 1, /* b */ 2 /* c */);", "stays"),
  "a comment within a type": edits("const a: number[] = [];\na;", "const a: /* n */ number[] = [];\na;", "stays"),
  "a comment at the end without a line break": edits("1;\n", "1;\n// end", "stays"),
  "a comment with a quote, a backtick and a slash": edits("1;\n2;", "1; // it's ` / \" */\n2;", "stays"),
  "blank lines and indentation": edits("{\n1;\n}", "\n{\n\n\t\t 1;\n\n\n}\n\n", "stays"),
  "spaces around operators": edits("let a=1;a+=(a+1);", "let a = 1; a += ( a + 1 );", "stays"),
  "Windows line ends": edits("export const a = 1;\n2;\n", "export const a = 1;\r\n2;\r\n", "stays"),
  "Windows line ends in a template": edits("export const a = `\n`;", "export const a = `\r\n`;", "changes"),
  "a byte order mark": edits("export const a = 1;", "\ufeffexport const a = 1;", "stays"),
  "a definition's own field": edits(STAGE("version: 1"), STAGE("version: 2"), "changes"),
  "Function as a type, and in instanceof": edits(
    "const f: Function = () => 1;\nexport const value = f as unknown instanceof Function; // 1",
    "const f: Function = () => 1;\nexport const value = f as unknown instanceof Function; // 2",
    "stays",
  ),
  "constructors of classes, their names, comparisons of them, and super()": edits(
    "class A {\n  name = this.constructor.name;\n  constructor() {}\n}\n" +
      "class B extends A {\n  constructor() {\n    super();\n  }\n}\nnew B().constructor === B;\nA.prototype.constructor = B; // 1",
    "class A {\n  name = this.constructor.name;\n  constructor() {}\n}\n" +
      "class B extends A {\n  constructor() {\n    super();\n  }\n}\nnew B().constructor === B;\nA.prototype.constructor = B; // 2",
    "stays",
  ),
  "names that only look like those of loaders": edits(
    "const words = { eval: 1, Function: 2 };\nclass A {\n  #eval = 1;\n  get() {\n    return this.#eval;\n  }\n}\n[words, A]; // 1",
    "const words = { eval: 1, Function: 2 };\nclass A {\n  #eval = 1;\n  get() {\n    return this.#eval;\n  }\n}\n[words, A]; // 2",
    "stays",
  ),
  "a comment in a definition": edits(STAGE("version: 1"), STAGE("version: 1 /* one */"), "stays"),
};

const USES_MAPPED = { ...HELPER, "g.ts": EDITED["h.ts"], "stage.ts": 'import { FACTOR } from "mapped"; FACTOR;' };
const mapTo = (file: string) => JSON.stringify({ imports: { mapped: file } });
const manifest = (name: string, version: string, more = {}) =>
  JSON.stringify({ name, version, type: "module", main: "index.js", ...more });
const NEEDS_TYPES = { dependencies: { types: "^1.0.0" }, optionalDependencies: { native: "1.0.0" } };
const USES_PACKAGE = {
  "stage.ts": 'import { parse } from "parser";\nparse;',
  "package.json": '{ "dependencies": { "parser": "1.0.0" } }',
  "node_modules/parser/package.json": manifest("parser", "1.0.0", NEEDS_TYPES),
  "node_modules/parser/index.js": "export const parse = 1;",
  "node_modules/types/package.json": manifest("types", "1.0.0"),
  "node_modules/native/package.json": manifest("native", "1.0.0"),
};

/** Projects with their own configuration, which decides what an import means. */
export const CONFIGURED: Record<string, Way> = {
  "an import map in deno.json": {
    files: { ...USES_MAPPED, "deno.json": mapTo("./h.ts") },
    edit: EDITED,
    then: "changes",
  },
  "an import map in deno.json that leads to another file": {
    files: { ...USES_MAPPED, "deno.json": mapTo("./h.ts") },
    edit: { "deno.json": mapTo("./g.ts") },
    then: "changes",
  },
  "a deno.json that appears": {
    files: { ...USES_MAPPED, "stage.ts": 'import { FACTOR } from "./h.ts"; FACTOR;' },
    edit: { "deno.json": mapTo("./h.ts").replace("mapped", "./h.ts").replace('"./h.ts"}', '"./g.ts"}') },
    then: "changes",
  },
  "imports of package.json": {
    files: {
      ...HELPER,
      "package.json": '{ "imports": { "#h": "./h.ts" } }',
      "stage.ts": 'import { FACTOR } from "#h"; FACTOR;',
    },
    edit: EDITED,
    then: "changes",
  },
  "imports of package.json that lead to another file": {
    files: {
      ...HELPER,
      "g.ts": EDITED["h.ts"],
      "package.json": '{ "imports": { "#h": "./h.ts" } }',
      "stage.ts": 'import { FACTOR } from "#h"; FACTOR;',
    },
    edit: { "package.json": '{ "imports": { "#h": "./g.ts" } }' },
    then: "changes",
  },
  "a file that appears": {
    files: { "stage.ts": 'import "./h.ts";', ...HELPER },
    edit: { "h.ts": null },
    then: { rejected: 'stage.ts:1 imports "./h.ts", which Deno' },
  },
  "a mapped name that nothing maps": {
    files: { ...USES_MAPPED, "deno.json": mapTo("./h.ts") },
    edit: { "deno.json": "{}" },
    then: { rejected: 'stage.ts:1 imports "mapped", which is no file' },
  },
  "a compiler option": {
    files: { "stage.ts": "export class A {}", "deno.json": "{}" },
    edit: { "deno.json": '{ "compilerOptions": { "experimentalDecorators": true } }' },
    then: "changes",
  },
  "a task in deno.json": {
    files: { "stage.ts": "export class A {}", "deno.json": "{}" },
    edit: { "deno.json": '{ "tasks": { "a": "b" } }' },
    then: "stays",
  },
  "the version of a package": {
    files: USES_PACKAGE,
    edit: { "node_modules/parser/package.json": manifest("parser", "1.0.1", NEEDS_TYPES) },
    then: "changes",
  },
  "the version of a dependency of a package": {
    files: USES_PACKAGE,
    edit: { "node_modules/types/package.json": manifest("types", "1.0.1") },
    then: "changes",
  },
  "another version of a dependency, nearer to the package": {
    files: USES_PACKAGE,
    edit: { "node_modules/parser/node_modules/types/package.json": manifest("types", "1.0.2") },
    then: "changes",
  },
  "the version of an optional dependency, which depends on the machine": {
    files: USES_PACKAGE,
    edit: { "node_modules/native/package.json": manifest("native", "1.0.1") },
    then: "stays",
  },
  "a package that is linked to a folder": {
    files: {
      "stage.ts": USES_PACKAGE["stage.ts"],
      "package.json": USES_PACKAGE["package.json"],
      "linked/package.json": manifest("parser", "1.0.0"),
      "linked/index.js": "export const parse = 1;",
      "node_modules/parser": "→ ../linked",
    },
    edit: { "linked/index.js": "export const parse = 2;" },
    then: "changes",
  },
};
