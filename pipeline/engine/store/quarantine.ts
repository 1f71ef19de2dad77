/** Quarantine: damaged files are kept, with a note of what was expected and found, so that their cause can be looked for. */
import { basename, dirname, join, relative } from "node:path";
import { ifReadable } from "./store_failure.ts";
import type { StoreIo } from "./store_io.ts";

/**
 * Moves a damaged file, or what is in the place of one, to `quarantine/`, with a note of what was expected (for an artifact,
 * its digest) and found. A file that another process has removed or replaced first is left alone.
 */
export function setAside({ root, io }: { root: string; io: StoreIo }, path: string, expected: string): void {
  const status = io.status(path);
  if (status === null) return;
  const target = join(root, "quarantine", `${basename(path)}-${crypto.randomUUID().slice(0, 8)}`);
  io.makeFolder(dirname(target));
  if (!io.setAside(path, target)) return;
  const digest = ifReadable(() => io.digest(target));
  if (digest === expected) return io.rename(target, path);
  const kind = status.kind === "file" ? "file that cannot be read" : status.kind;
  const found = digest === null ? `a ${kind}` : `SHA-256 ${digest}`;
  io.note(`${target}.txt`, `file ${relative(root, path)}\nexpected ${expected}\nfound ${found}\n`);
}
