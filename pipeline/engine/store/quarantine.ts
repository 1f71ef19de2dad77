/** The quarantine: damaged files are moved there, so they are recomputed and the damage can be examined. */
import { basename, join, relative } from "node:path";
import type { StoreFolder } from "./store_io.ts";

/**
 * Moves a damaged file to `quarantine/`, with a note of its path, what was `expected` (for an artifact, its digest) and
 * what was found. A file that no longer exists, or has the expected digest because another process has replaced it
 * first, is left alone.
 */
export function setAside({ io, root }: StoreFolder, path: string, expected: string): void {
  if (io.status(path) === null) return;
  const folder = join(root, "quarantine");
  const target = join(folder, `${basename(path)}-${crypto.randomUUID().slice(0, 8)}`);
  io.makeFolder(folder);
  if (!io.setAside(path, target)) return;
  const found = io.digest(target);
  if (found === expected) return io.rename(target, path);
  io.note(`${target}.txt`, `file ${relative(root, path)}\nexpected ${expected}\nfound SHA-256 ${found}\n`);
}
