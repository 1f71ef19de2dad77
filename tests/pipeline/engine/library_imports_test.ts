/** What code of a user takes from the library is part of its digest, under whatever name; what it does not take is not. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { OWN_CODE } from "../../../pipeline/define/own_code.ts";
import { codeFrom } from "../code_of.ts";
import { withProject, writeFiles } from "./ways_project.ts";

const [DRAWS, ADDS] = ["core/random/generator.ts", "core/ops/arithmetic.ts"];

/** Modules that take the generator from the library, and no operation. */
const TAKING: Record<string, Record<string, string>> = {
  "by its name": { "mine.ts": 'import { Generator } from "retrace";\nGenerator;' },
  "by another name": { "mine.ts": 'import { Generator as Draws } from "retrace";\nDraws;' },
  "through another module": {
    "mine.ts": 'import { Draws } from "./lib.ts";\nDraws;',
    "lib.ts": 'export { Generator as Draws } from "retrace";',
  },
};

/** Modules of which it cannot be told, so everything counts. */
const TAKING_ALL: Record<string, string> = {
  "the library as a whole": 'import * as retrace from "retrace";\nretrace;',
  "all names": 'export * from "retrace";',
  "the library when it is called": 'export const load = () => import("retrace");',
};

async function filesOf(sources: Record<string, string>): Promise<string[]> {
  let files: string[] = [];
  await withProject(async (folder) => {
    writeFiles(folder, sources);
    const path = join(folder, "mine.ts");
    const code = await codeFrom([OWN_CODE, { name: "user", folder }], [path]);
    files = Object.keys(code.digest([pathToFileURL(path).href]).files);
  });
  return files;
}

Deno.test("what is taken from the library counts, and what is not does not", async () => {
  for (const [how, sources] of Object.entries(TAKING)) {
    const files = await filesOf(sources);
    assertEquals(
      [files.includes("user:mine.ts"), files.includes(DRAWS), files.includes(ADDS)],
      [true, true, false],
      how,
    );
  }
});

Deno.test("the whole library counts if names cannot be told, but not what runs experiments", async () => {
  for (const [how, source] of Object.entries(TAKING_ALL)) {
    const files = await filesOf({ "mine.ts": source });
    assert(files.includes(DRAWS) && files.includes(ADDS), how);
    assertEquals(files.filter((name) => name.includes("run_experiment")), [], how);
  }
});

Deno.test("types and zod: a type adds nothing, and zod counts with its version", async () => {
  const types =
    'import type { Op } from "retrace";\nimport { type Shape } from "retrace";\nexport const x: [Op?, Shape?] = [];';
  assertEquals(await filesOf({ "mine.ts": types }), ["user:mine.ts"]);
  assertEquals(await filesOf({ "mine.ts": 'export { z as schema } from "retrace";' }), ["npm:zod", "user:mine.ts"]);
});
