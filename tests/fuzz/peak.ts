/**
 * A process of its own that has one reader read files made to fill memory, and prints by how many bytes the process grew
 * at most. The system counts the peak (VmHWM in /proc/self/status), so that nothing is missed between two looks.
 * `deno run --allow-all --v8-flags=--expose-gc peak.ts write|read READER FOLDER`: first the files are written to the
 * folder, by another process, so that making them does not count.
 */
import { join } from "node:path";
import { TARGETS } from "./hostile.ts";

const [order, name, folder] = Deno.args;
const { files, read } = TARGETS[name];
if (order === "write") {
  const made = await files(folder);
  made.forEach((bytes, i) => Deno.writeFileSync(join(folder, `${i}.bytes`), bytes));
} else {
  const collect = (globalThis as unknown as { gc(): void }).gc;
  const names = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".bytes")).map(({ name }) => name);
  const room = join(folder, "room");
  Deno.mkdirSync(room);
  // Loads what the reader needs.
  await attempt(new TextEncoder().encode("{}"), room);
  let most = 0;
  for (const file of names) {
    const bytes = Deno.readFileSync(join(folder, file));
    collect();
    Deno.writeTextFileSync("/proc/self/clear_refs", "5");
    const before = peak();
    await attempt(bytes, room);
    most = Math.max(most, peak() - before);
  }
  console.log(most);
}

async function attempt(bytes: Uint8Array<ArrayBuffer>, room: string): Promise<void> {
  try {
    await read(bytes, room);
  } catch {
    // What it throws is for other tests.
  }
}

function peak(): number {
  return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status"))![1]);
}
