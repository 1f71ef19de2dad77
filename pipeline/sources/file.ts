/** Dataset files from a folder on this machine. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { defineSource } from "../define/source.ts";
import { takeLocalFile } from "./local_file.ts";

const ADVICE = {
  what: "the folder of the experiment's file source",
  whenMissing: 'Correct the "path" of the source, or put the file there.',
  whenWrong: 'Replace the file, or correct its SHA-256 in "files".',
};

/** A folder: a path, or a `file:` URL. A file can also have the name NAME.gz. */
export const file = defineSource({
  name: "file",
  about: "From a folder on this machine; a file can have the name NAME.gz.",
  source: import.meta.url,
  params: {
    path: z.string().min(1).refine(isFolderName, "a path, or a file:/// URL").describe(
      "The folder, relative to the experiment file, or a file:/// URL. After following links, it must be in the folder of " +
        "the experiment file, in the current one, or in one that is passed with --data.",
    ),
  },
  folder: "path",
  fileNames: ({ name }) => [name, `${name}.gz`],
  async fetch(file, { path }, context) {
    return await takeLocalFile(path.startsWith("file:") ? fileURLToPath(path) : resolve(path), file, ADVICE, context);
  },
});

/** True for a path, or a `file:` URL of this machine. */
function isFolderName(text: string): boolean {
  try {
    return !(text.startsWith("file:") ? fileURLToPath(text) : text).includes("\0");
  } catch {
    return false;
  }
}
