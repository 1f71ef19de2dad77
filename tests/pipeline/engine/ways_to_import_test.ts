/** Whatever a stage imports, and however it is edited: an edit that can change the result changes the digest of the code. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { CodeMap } from "../../../pipeline/engine/keys/code_map.ts";
import { digestIn, mapOf, sameAge, withProject, writeFiles } from "./ways_project.ts";
import { CONFIGURED, EDITS, IMPORTS, READS, REJECTED, type Way } from "./ways_to_import.ts";

const WAYS = Object.entries({ ...IMPORTS, ...READS, ...REJECTED, ...EDITS })
  .map(([name, way], i): [string, string, Way] => [name, `way${i}`, way]);

/** The maps of all projects, which are in one folder so Deno is asked once, before and after the edits. */
async function mapsOfAll(folder: string): Promise<[CodeMap, CodeMap]> {
  for (const [, name, { files }] of WAYS) writeFiles(join(folder, name), files);
  const all = WAYS.map(([, name]) => `import "./${name}/stage.ts";\n`).join("");
  writeFiles(folder, { "all.ts": all });
  const before = await mapOf(folder, "all.ts");
  for (const [, name, { edit = {} }] of WAYS) writeFiles(join(folder, name), edit);
  const after = await mapOf(folder, "all.ts", before);
  assertEquals(sameAge(after), sameAge(await mapOf(folder, "all.ts")), "an earlier map makes no difference");
  return [before, after];
}

const COUNT = WAYS.length + Object.keys(CONFIGURED).length;

Deno.test(`${COUNT} ways to import and to edit: an edit that can change the result changes the digest`, async (test) => {
  assert(COUNT >= 60);
  await withProject(async (folder) => {
    const maps = await mapsOfAll(folder);
    for (const [way, name, { then }] of WAYS) {
      const [before, after] = maps.map((map) => digestIn(map, join(folder, name, "stage.ts")));
      await test.step(`${way}: ${nameOf(then)}`, () => check(then, before, after, `user:${name}/`));
    }
  });
  for (const [way, { files, edit, then }] of Object.entries(CONFIGURED)) {
    await test.step(`${way}: ${nameOf(then)}`, async () => {
      await withProject(async (folder) => {
        writeFiles(folder, files);
        const before = await mapOf(folder, "stage.ts");
        writeFiles(folder, edit!);
        const after = await mapOf(folder, "stage.ts", before);
        assertEquals(sameAge(after), sameAge(await mapOf(folder, "stage.ts")), "an earlier map makes no difference");
        check(then, digestIn(before, join(folder, "stage.ts")), digestIn(after, join(folder, "stage.ts")), "user:");
        // And back.
        writeFiles(folder, { ...Object.fromEntries(Object.keys(edit!).map((name) => [name, null])), ...files });
        assertEquals(sameAge(await mapOf(folder, "stage.ts", after)), sameAge(await mapOf(folder, "stage.ts")));
      });
    });
  }
});

function nameOf(then: Way["then"]): string {
  return typeof then === "string" ? then : "is rejected";
}

function check(then: Way["then"], before: string, after: string, prefix: string): void {
  if (typeof then !== "string") {
    const { rejected } = then;
    return assertStringIncludes(after, /^[\w.]+:\d/.test(rejected) ? `${prefix}${rejected}` : rejected);
  }
  for (const digest of [before, after]) assert(/^[0-9a-f]{64}$/.test(digest), digest);
  if (then === "stays") assertEquals(after, before);
  else assertNotEquals(after, before);
}
