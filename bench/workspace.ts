/** A folder for what a benchmark writes, on the disk that holds the cache: memory disguised as a disk would flatter. */
import { join } from "node:path";
import { PROJECT } from "./retrace.ts";

/**
 * A folder in memory, where the system has one and Deno allows it: there it asks for all permissions,
 * `deno run --allow-all bench/bench.ts stage`.
 */
export const MEMORY = isFolder("/dev/shm") ? "/dev/shm" : null;

/** Gives `work` an empty folder, by default on the disk, and removes it afterwards. */
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
