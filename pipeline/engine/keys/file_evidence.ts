/** Evidence of what a file of code contained, by which a later edit is noticed without reading the file again. */
import { ifFound, statusOf } from "../files/entry.ts";
import { digestOfBytes } from "../store/digest.ts";
import { isOldEnough, statusText } from "../store/file_status.ts";

/** What is known about a file's bytes. Plain data. */
export interface FileEvidence {
  /** The file's status before it was read, as text. */
  readonly status: string;
  /** When the file last changed, in milliseconds; null if the system does not record it. */
  readonly changed: number | null;
  /** Whether the file was so old that an edit changes its status. If not, only the digest proves anything. */
  readonly isOld: boolean;
  /** SHA-256 of the bytes. */
  readonly digest: string;
}

/** A file's evidence; null if it is not a file. `known`: evidence that is returned again, without reading, if it holds. */
export function inspect(path: string, known: FileEvidence | null = null): FileEvidence | null {
  return readFile(path, known).evidence;
}

/** A file's evidence and bytes; null if it is not a file. The bytes are also null if `known` evidence holds. */
export function readFile(
  path: string,
  known: FileEvidence | null = null,
): { evidence: FileEvidence | null; bytes: Uint8Array | null } {
  const info = ifFound(() => Deno.statSync(path));
  // Reading a pipe would block forever.
  if (info === null || !info.isFile) return { evidence: null, bytes: null };
  const file = statusOf(info);
  const status = statusText(file);
  if (known?.isOld && known.status === status) return { evidence: known, bytes: null };
  const isOld = isOldEnough(file, Date.now());
  const bytes = ifFound(() => Deno.readFileSync(path));
  return { evidence: bytes && { status, changed: file.changed, isOld, digest: digestOfBytes(bytes) }, bytes };
}

/** True if a file still has the bytes of which there is evidence; null is evidence that there is no such file. */
export function isUnchanged(path: string, evidence: FileEvidence | null): boolean {
  return inspect(path, evidence)?.digest === evidence?.digest;
}
