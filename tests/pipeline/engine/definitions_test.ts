import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import type { CodeRoot } from "../../../pipeline/engine/keys/code_map.ts";
import { wire } from "../../../pipeline/engine/stage/stage_graph.ts";
import type { Definition } from "../../../pipeline/engine/stage/kind.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { codeFrom } from "../code_of.ts";
import { ROOT, runAll, withCache } from "./bench.ts";
import { bytesKind, plainStage } from "./toys.ts";

const text = bytesKind("text");
const model = { ...bytesKind("model"), needsDefinitions: (library: unknown) => library as Definition[] };
const source = new URL("./toys.ts", import.meta.url).href;

/** "make" refers to a definition in its params; "read" requires that definition as well, "count" does not. */
function stages(definitions: readonly Definition[]): Stage[] {
  const named = (name: string) => definitions.filter((one) => one.name === name);
  const common = { version: 1, about: "", source, params: z.object({}) };
  const make = {
    ...plainStage({
      ...common,
      name: "make",
      inputs: {},
      outputs: { model, text },
      run: () => ({ model: new TextEncoder().encode("model"), text: new TextEncoder().encode("text") }),
    }),
    definitions: ({ uses }: { uses: string }) => named(uses),
  };
  const read = plainStage({ ...common, name: "read", inputs: { model }, outputs: {}, run: () => ({}) });
  const count = plainStage({ ...common, name: "count", inputs: { text }, outputs: {}, run: () => ({}) });
  return [make, read, count] as unknown as Stage[];
}

Deno.test("runStages() runs a stage, and those that require its definitions, if a definition in its params was edited", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-definitions-" });
  try {
    const root: CodeRoot = { name: "user", folder };
    const definitions = ["one", "other"].map((name) => {
      Deno.writeTextFileSync(join(folder, `${name}.ts`), `export const ${name} = 1;\n`);
      return { name, source: pathToFileURL(join(folder, `${name}.ts`)).href };
    });
    await withCache(async (cache) => {
      const run = async (uses = "one") => {
        const params = { make: { uses }, read: {}, count: {} };
        const store = new Store(cache);
        const code = await codeFrom(
          [ROOT, root],
          [source, ...definitions.map((one) => one.source)].map((url) => fileURLToPath(url)),
        );
        const results = await runAll({ graph: wire(stages(definitions)), params, library: definitions, store, code });
        return {
          actions: results.map(({ action }) => action),
          cues: results[0].cues,
          keys: results.map(({ key }) => key),
        };
      };
      const first = await run();
      assertEquals(first.actions, ["run", "run", "run"]);
      assertEquals((await run()).actions, ["hit", "hit", "hit"]);

      Deno.writeTextFileSync(definitions[1].source.slice("file://".length), "export const other = 2;\n");
      assertEquals((await run()).actions, ["hit", "hit", "hit"], "no params refer to it");

      Deno.writeTextFileSync(definitions[0].source.slice("file://".length), "export const one = 2;\n");
      const edited = await run();
      assertEquals(edited.actions, ["run", "run", "hit"]);
      assertEquals(edited.cues.map((cue) => cue.kind === "code" && cue.file), ["user:one.ts"]);
      assertNotEquals(edited.keys[0], first.keys[0]);
      assertEquals(edited.keys[2], first.keys[2]);
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
