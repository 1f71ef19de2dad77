/** Writes files and folders that are on disk when the call returns, and survive a power failure. */
import { dirname } from "node:path";

/** Stored files are read-only, so no program changes them by mistake. */
const NEW_FILE = { write: true, createNew: true, mode: 0o444 };

/** Makes a folder and those around it. A folder is on disk once its parent folder is synced. */
export function makeDurableFolder(path: string): void {
  try {
    Deno.mkdirSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists && Deno.statSync(path).isDirectory) return;
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    makeDurableFolder(dirname(path));
    return makeDurableFolder(path);
  }
  syncFolder(dirname(path));
}

/** Writes a new, read-only file. If writing fails, the incomplete file is removed, so it does not fill the disk. */
export function writeNewFile(path: string, write: (file: Deno.FsFile) => void): void {
  using file = Deno.openSync(path, NEW_FILE);
  try {
    write(file);
    file.syncSync();
  } catch (error) {
    Deno.removeSync(path);
    throw error;
  }
}

/** Writes a new file on another thread while `isWanted` runs; if that returns false, removes it. Returns the same. */
export async function writeNewFileWhile(path: string, bytes: Uint8Array, isWanted: () => boolean): Promise<boolean> {
  using file = Deno.openSync(path, NEW_FILE);
  const written = writeAllAsync(file, bytes);
  let isComplete = false;
  try {
    if (!isWanted()) return false;
    await written;
    await file.sync();
    isComplete = true;
    return true;
  } finally {
    if (!isComplete) {
      // A write that fails now, because the disk is full for example, does not matter.
      await written.catch(() => {});
      Deno.removeSync(path);
    }
  }
}

/** Makes renames in a folder durable. Windows cannot open a folder; there a rename is durable without it. */
export function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(path);
  folder.syncSync();
}

/** Writes all bytes to an open file. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}

async function writeAllAsync(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}
