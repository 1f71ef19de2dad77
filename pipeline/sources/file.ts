/** Dataset files from a folder on this machine. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { defineSource } from "../define/dataset.ts";
import { attempt } from "../engine/files/entry.ts";
import { digestOfLocalFile, namesOf, takeLocalFile } from "./local_file.ts";

const ADVICE = {
  what: "the folder of the experiment's file source",
  whenMissing: 'Correct the "path" of the source, or put the file there.',
  whenWrong: 'Replace the file, or correct its SHA-256 in "files".',
};

/** A folder: a path, or a `file:` URL. A file can also have the name NAME.gz, or be a folder. */
export const file = defineSource({
  name: "file",
  about: "From a folder on this machine; a file can have the name NAME.gz, or be a folder.",
  source: import.meta.url,
  params: {
    path: z.string().min(1).refine(isFolderName, "a path, or a file:/// URL").default(".").describe(
      "The folder, relative to the experiment file, or a file:/// URL. After following links, it must be in the folder of " +
        "the experiment file, in the current one, or in one that is passed with --data.",
    ),
  },
  folder: "path",
  fileNames: namesOf,
  pin: (name, { path }, context) => digestOfLocalFile(pathOf(path), name, ADVICE, context),
  fetch: (file, { path }, context) => takeLocalFile(pathOf(path), file, ADVICE, context),
});

function pathOf(folder: string): string {
  return folder.startsWith("file:") ? fileURLToPath(folder) : resolve(folder);
}

/** True for a path, or a `file:` URL of this machine. */
function isFolderName(text: string): boolean {
  return attempt(() => !pathOf(text).includes("\0")) ?? false;
}
