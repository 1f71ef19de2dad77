/** Dataset files from a folder on this machine. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { takeLocalFile } from "./local_file.ts";
import type { Source } from "./source.ts";

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
