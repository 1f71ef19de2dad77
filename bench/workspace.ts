/** A folder for what a benchmark writes, on the disk that holds the cache: memory disguised as a disk would flatter. */
import { join } from "node:path";
import { PROJECT } from "./retrace.ts";

/** Gives `work` an empty folder, and removes it afterwards. */
export async function withWorkspace<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const base = join(PROJECT, ".retrace", "bench");
  Deno.mkdirSync(base, { recursive: true });
  const folder = Deno.makeTempDirSync({ dir: base });
  try {
    return await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
