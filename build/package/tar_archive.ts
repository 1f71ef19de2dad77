/** Archives as npm packages are: tar, compressed. The same files give the same bytes, on every machine. */
import { gzipSync } from "node:zlib";

/** A file of an archive. */
export interface ArchivedFile {
  readonly bytes: Uint8Array;
  readonly isExecutable?: boolean;
}

const BLOCK = 512;
/** The bytes of a name without a prefix. */
const MAX_NAME = 100;
/** The time that npm gives all files: 1985-10-26, 8:15. */
const TIME = 499162500;
/** In the header of gzip: the byte for the system on which it was made, and its value for none in particular. */
const [SYSTEM, UNKNOWN] = [9, 255];

/** The archive of files, by path. The order in which they are given does not matter, nor whose they are. */
export function tarGz(files: Readonly<Record<string, ArchivedFile>>): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([path, file]) => [
    headerOf(path, file),
    file.bytes,
    new Uint8Array(-file.bytes.length & (BLOCK - 1)),
  ]);
  const tar = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 2 * BLOCK));
  let end = 0;
  for (const part of parts) {
    tar.set(part, end);
    end += part.length;
  }
  const compressed = new Uint8Array(gzipSync(tar, { level: 9 }));
  compressed[SYSTEM] = UNKNOWN;
  return compressed;
}

/** The block before a file's bytes, in the format "ustar". */
function headerOf(path: string, { bytes, isExecutable = false }: ArchivedFile): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => block.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  if (new TextEncoder().encode(path).length > MAX_NAME) throw new RangeError(`${path} is too long for an archive.`);
  put(path, 0);
  put(octal(isExecutable ? 0o755 : 0o644, 7), 100);
  // Owner and group.
  put(octal(0, 7) + octal(0, 7), 108);
  put(octal(bytes.length, 11) + octal(TIME, 11), 124);
  // Its sum counts the place of the sum as spaces.
  put(" ".repeat(8), 148);
  put("0", 156);
  put("ustar\x0000", 257);
  put(`${octal(block.reduce((sum, byte) => sum + byte, 0), 6)} `, 148);
  return block;
}
