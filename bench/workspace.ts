/** A folder for the files of a benchmark, on the disk of the cache: a memory disk would be too fast. */
import { join } from "node:path";
import { PROJECT } from "./retrace.ts";

/**
 * A folder in memory, where the system has one and Deno allows it: that takes all permissions,
 * `deno run --allow-all bench/bench.ts stage`.
 */
export const MEMORY = isFolder("/dev/shm") ? "/dev/shm" : null;

/** Runs `work` with an empty folder, by default on the disk, and removes it afterwards. */
export async function withWorkspace<T>(
  work: (folder: string) => Promise<T> | T,
  base = join(PROJECT, ".retrace", "bench"),
): Promise<T> {
  Deno.mkdirSync(base, { recursive: true });
  const folder = Deno.makeTempDirSync({ dir: base });
  try {
    return await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
