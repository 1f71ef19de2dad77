/** Archives as npm packages are: tar, compressed. The same files give the same bytes, on every machine. */
import { gzipSync } from "node:zlib";
import { tarEnd, tarHeader, tarPadding } from "../../pipeline/sources/tar_header.ts";

/** A file of an archive. */
export interface ArchivedFile {
  readonly bytes: Uint8Array;
  readonly isExecutable?: boolean;
}

/** The time that npm gives all files: 1985-10-26, 8:15. */
const TIME = 499162500;
/** In the header of gzip: the byte for the system on which it was made, and its value for none in particular. */
const [SYSTEM, UNKNOWN] = [9, 255];

/** The archive of files, by path. The order in which they are given does not matter, nor whose they are. */
export function tarGz(files: Readonly<Record<string, ArchivedFile>>): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([path, file]) => [
    tarHeader(path, file.bytes.length, { mode: file.isExecutable ? 0o755 : 0o644, time: TIME }),
    file.bytes,
    tarPadding(file.bytes.length),
  ]);
  const all = [...parts, tarEnd()];
  const tar = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of all) {
    tar.set(part, end);
    end += part.length;
  }
  const compressed = new Uint8Array(gzipSync(tar, { level: 9 }));
  compressed[SYSTEM] = UNKNOWN;
  return compressed;
}
