/** Dataset files from a folder on this machine. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { takeLocalFile } from "./local_file.ts";
import type { Source } from "./source.ts";

/** True for what can name a folder: a path, or a `file:` URL of this machine. */
export function isFolderName(text: string): boolean {
  try {
    return !(text.startsWith("file:") ? fileURLToPath(text) : text).includes("\0");
  } catch {
    return false;
  }
}

/** Takes files from a folder: a path, or a `file:` URL. A file may also be there as NAME.gz. */
export function fileSource(folder: string): Source {
  const path = folder.startsWith("file:") ? fileURLToPath(folder) : resolve(folder);
  return (file, context) =>
    takeLocalFile(path, file, {
      what: "the folder of the experiment's file source",
      whenMissing: "Correct download.source.path, or put the file there.",
      whenWrong: "Replace the file, or correct its SHA-256 in download.files.",
    }, context);
}
