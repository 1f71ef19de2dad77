/** Files and folders that are on the disk when the call returns, and stay there when the power goes. */
import { dirname } from "node:path";

/** The mode of all that is stored: no program changes it by mistake. */
const READ_ONLY = 0o444;
const NEW_FILE = { write: true, createNew: true, mode: READ_ONLY };

/** A folder is on the disk when the folder around it is. */
export function makeDurableFolder(path: string): void {
  try {
    Deno.mkdirSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      makeDurableFolder(dirname(path));
      makeDurableFolder(path);
      return;
    }
    if (error instanceof Deno.errors.AlreadyExists && Deno.statSync(path).isDirectory) return;
    throw error;
  }
  syncFolder(dirname(path));
}

/** Writes a new file, which may only be read from then on, to the disk; what could not be written whole is removed, so that it does not fill the disk. */
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

/**
 * The same for `bytes`, which another thread writes while `isWanted` works on this one. When that is false, the file is
 * removed; gives what it was.
 */
export async function writeNewFileWhile(path: string, bytes: Uint8Array, isWanted: () => boolean): Promise<boolean> {
  using file = Deno.openSync(path, NEW_FILE);
  const written = writeAllElsewhere(file, bytes);
  try {
    const wanted = isWanted();
    if (wanted) {
      await written;
      await file.sync();
    } else {
      // Whether it could be written, on a full disk say, is then no matter.
      await written.catch(() => {});
      Deno.removeSync(path);
    }
    return wanted;
  } catch (error) {
    await written.catch(() => {});
    Deno.removeSync(path);
    throw error;
  }
}

/** A rename is on the disk when its folder is. Windows cannot open a folder; there the rename is durable by itself. */
export function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(path);
  folder.syncSync();
}

/** Writes all bytes to an open file. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
}

async function writeAllElsewhere(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await file.write(bytes.subarray(written));
}
