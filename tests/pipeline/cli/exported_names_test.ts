/** docs/library.md has everything that the library exports. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "./retrace.ts";

const DOCUMENT = join(PROJECT, "docs/library.md");

Deno.test("docs/library.md has an example of everything that the library exports", () => {
  const library = Deno.readTextFileSync(join(PROJECT, "pipeline/library/retrace.ts"));
  const exported = [...library.matchAll(/^export (?:type )?\{([^}]+)\}/gm)].flatMap(([, names]) =>
    names.split(",").map((name) => name.trim().replace(/^type /, "")).filter((name) => name !== "")
  );
  assert(exported.length > 50 && exported.every((name) => /^\w+$/.test(name)), exported.join());
  const document = Deno.readTextFileSync(DOCUMENT);
  const code = [...document.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code).join("");
  const words = new Set(code.match(/\w+/g));
  assertEquals(exported.filter((name) => !words.has(name)), [], "add an example");
  assertEquals(exported.filter((name) => !document.includes(`**\`${name}\`**`)), [], "say what it is");
});
