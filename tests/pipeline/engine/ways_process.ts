/** Runs a stage whose value is that of FOLDER/stage.ts, on the cache FOLDER/cache; prints what happened. Not a test. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { wire } from "../../../pipeline/engine/stage/stage_graph.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { runAll } from "./bench.ts";
import { bytesKind, plainStage } from "./toys.ts";
import { mapOf } from "./ways_project.ts";

const [folder] = Deno.args;
const source = pathToFileURL(join(folder, "stage.ts")).href;
const { value } = await import(source);
const stage = plainStage({
  ...{ name: "way", version: 1, about: "", source, params: z.object({}), inputs: {} },
  outputs: { text: bytesKind("text") },
  run: () => ({ text: new TextEncoder().encode(value) }),
});
const store = new Store(join(folder, "cache"));
const code = new CodeReader(await mapOf(folder, "stage.ts"));
const [{ action, record }] = await runAll({
  graph: wire([stage as unknown as Stage]),
  params: { way: {} },
  store,
  code,
});
console.log(`${action} ${new TextDecoder().decode(store.artifact(record.outputs.text).bytes())}`);
