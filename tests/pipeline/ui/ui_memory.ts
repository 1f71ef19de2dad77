/**
 * A process of its own that looks at a results folder as the ui does, and prints by how many bytes it grew at most (VmHWM in
 * /proc/self/status counts, so nothing is missed between two looks): `ui_memory.ts RESULTS RUN…`.
 */
import { served, shownOf } from "./served.ts";

const [results, ...names] = Deno.args;
const shown = shownOf(results);

function peak(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync("/proc/self/status"))![1]) * 1024;
}

const query = names.map((name) => `run=${encodeURIComponent(name)}`).join("&");
await served(shown, async (url) => {
  const get = async (path: string) => {
    const response = await fetch(url + path);
    // Read as a browser does: piece by piece.
    for await (const _ of response.body ?? []);
  };
  // Loads what an answer needs.
  for (const path of ["/", "/run?name=x", "/compare?run=x", "/report?name=x"]) await get(path);
  Deno.writeTextFileSync("/proc/self/clear_refs", "5");
  const before = peak();
  for (
    const path of ["/", `/compare?${query}`, ...names.flatMap((name) => [`/run?name=${name}`, `/report?name=${name}`])]
  ) {
    await get(path);
  }
  console.log(peak() - before);
});
Deno.exit(0);
