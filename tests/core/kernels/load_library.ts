/** Run by a test in a process of its own: loads a library, and prints its name or why it is not used, and what is loaded. */
import { loadNative, NativeError } from "../../../core/kernels/native.ts";

const [folder, name] = Deno.args;

/** The libraries of the folder that the process has in its memory; null if it may not look. */
function loadedHere(): string[] | null {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return null;
  const files = Deno.readTextFileSync("/proc/self/maps").split("\n").map((line) => line.split(" ").at(-1)!);
  return [...new Set(files.filter((file) => file.startsWith(folder)))].map((file) => file.slice(folder.length + 1));
}

async function loaded(): Promise<Record<string, unknown>> {
  try {
    const { name: found, problem } = await loadNative(folder, name);
    return { name: found, problem };
  } catch (error) {
    return { isNative: error instanceof NativeError, message: (error as Error).message };
  }
}

console.log(JSON.stringify({ ...await loaded(), inMemory: loadedHere() }));
