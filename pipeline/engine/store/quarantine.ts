/** The quarantine: damaged files are moved there, so that they are made anew and the damage can be looked into. */
import { basename, join, relative } from "node:path";
import type { StoreIo } from "./store_io.ts";

/**
 * Moves a file of the store in the folder `root` to `quarantine/`, beside a note of where it was, what was `expected` (of an
 * artifact, its digest) and what was found. A file that is gone is let be, and so is one that has the expected digest by
 * now: another process was faster, and replaced it.
 */
export function setAside({ io, root }: { io: StoreIo; root: string }, path: string, expected: string): void {
  if (io.status(path) === null) return;
  const folder = join(root, "quarantine");
  const place = join(folder, `${basename(path)}-${crypto.randomUUID().slice(0, 8)}`);
  io.makeFolder(folder);
  if (!io.setAside(path, place)) return;
  const found = io.digest(place);
  if (found === expected) return io.rename(place, path);
  io.note(`${place}.txt`, `file ${relative(root, path)}\nexpected ${expected}\nfound SHA-256 ${found}\n`);
}
