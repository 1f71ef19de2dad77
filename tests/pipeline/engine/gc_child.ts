/**
 * Collects garbage in a separate process: `gc_child.ts CACHE PIPE`. Prints "waits" if it waits for the gate. Once it has
 * closed the gate, it prints "closed", and continues when a byte arrives in the named pipe.
 */
import { collectGarbage } from "../../../pipeline/engine/cache/gc.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { passGate } from "./toy_process.ts";

const [cache, pipe] = Deno.args;
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

collectGarbage(new Store(cache), {}, () => {
  say("closed");
  passGate(pipe);
  return new Set();
}, { onWait: () => say("waits") });
