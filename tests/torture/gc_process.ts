/** Collects the garbage of a cache in a separate process, and waits at a named pipe before the chosen call of the store. */
import { collectGarbage } from "../../pipeline/engine/cache/gc.ts";
import { Store } from "../../pipeline/engine/store/store.ts";
import { diskIo, type StoreIo } from "../../pipeline/engine/store/store_io.ts";
import { passGate } from "../pipeline/engine/toy_process.ts";

if (import.meta.main) {
  const { cache, gate, call } = JSON.parse(Deno.args[0]) as { cache: string; gate: string; call: number };
  let calls = 0;
  const methods = Object.entries(diskIo(cache)).map(([name, method]) => [name, (...args: unknown[]) => {
    if (++calls === call) passGate(gate);
    return method(...args);
  }]);
  collectGarbage(new Store(cache, Object.fromEntries(methods) as StoreIo), {}, () => new Set());
  // The other end must not wait forever.
  if (calls < call) passGate(gate);
}
