/** The code in the documentation: what docs/extending.md shows is checked as if somebody had typed it in. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PROJECT = join(import.meta.dirname!, "..");

Deno.test("the definitions in docs/extending.md are correct TypeScript", async () => {
  const text = Deno.readTextFileSync(join(PROJECT, "docs/extending.md"));
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  assert(blocks.length > 10);
  // Inside the project, because only there "zod" is known.
  const folder = Deno.makeTempDirSync({ dir: join(PROJECT, "tests"), prefix: "documented-" });
  try {
    for (const code of blocks) {
      const [, name] = /^export const (\w+) = /m.exec(code)!;
      // A command is written for its folder; everything else for a folder beside pipeline/ and core/.
      const base = pathToFileURL(join(PROJECT, code.includes("defineCommand") ? "pipeline/cli/commands/" : "mine/"));
      const located = code.replaceAll(/"(\.\.\/[^"]+)"/g, (_, path) => JSON.stringify(new URL(path, base).href));
      Deno.writeTextFileSync(join(folder, `${name}.ts`), located);
    }
    const files = [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name));
    const check = new Deno.Command("deno", {
      args: ["check", "--quiet", "--node-modules-dir=manual", ...files],
      env: { NO_COLOR: "1" },
    });
    const { success, stderr } = await check.output();
    assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
