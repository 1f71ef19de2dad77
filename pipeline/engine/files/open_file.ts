/** Reads and writes open files. */

const CHUNK_BYTES = 1 << 22;

/** Fills `target` from the present position of a file, and returns the number of bytes read. */
export function fill(file: Deno.FsFile, target: Uint8Array): number {
  let filled = 0;
  while (filled < target.length) {
    const count = file.readSync(target.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return filled;
}

/** All bytes of a file. @throws RangeError if they are more than `maxBytes`. */
export function readAll(file: Deno.FsFile, maxBytes: number): Uint8Array<ArrayBuffer> {
  const { size } = file.statSync();
  if (size > maxBytes) throw new RangeError(`expected at most ${maxBytes} bytes, but found ${size}`);
  file.seekSync(0, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size);
  return bytes.subarray(0, fill(file, bytes));
}

/** Calls `work` for every chunk of a file. Memory is allocated for as much as the file has. */
export function forEachChunk(file: Deno.FsFile, work: (chunk: Uint8Array) => void): void {
  // One byte more than a small file has, so its end is seen.
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, file.statSync().size + 1));
  for (let count = file.readSync(chunk); count !== null; count = file.readSync(chunk)) {
    work(chunk.subarray(0, count));
  }
}

/** Writes all bytes. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}

/** Writes all bytes on another thread. */
export async function writeAllAsync(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}

/**
 * Makes renames in a folder durable. Windows cannot open a folder; there a rename is durable without it. Of a folder that
 * the process may not read, the one around a new cache, only the name can be lost, with an empty cache.
 */
export function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return;
  try {
    using folder = Deno.openSync(path);
    folder.syncSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
}
