/** Gets the four files of a dataset. The only stage that can use the network. */
import { z } from "zod";
import { type DatasetFiles, FILE_ROLES, type FileRole } from "../../define/dataset.ts";
import { choiceOf, type Library, named } from "../../define/library.ts";
import { defineStage } from "../../define/define_stage.ts";
import type { ProducedFile } from "../../engine/stage/artifact.ts";
import { files } from "../kinds/files_kind.ts";

interface Params {
  dataset: string;
  source: { from: string } & Record<string, unknown>;
  files?: DatasetFiles;
}

const datasetFile = z.strictObject({
  name: z.string().regex(/^(?!\.{1,2}$)[^/\\\0]+$/, "a file name without a folder")
    .describe("The file's name at the source."),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits").describe(
    "SHA-256 of the bytes, unpacked or, for a gzip file, as they are.",
  ),
});

const datasetFiles = z.strictObject({
  train_images: datasetFile.describe("Training images, [N, …]."),
  train_labels: datasetFile.describe("Training labels, [N]."),
  test_images: datasetFile.describe("Test images, [M, …]."),
  test_labels: datasetFile.describe("Test labels, [M]."),
});

/** Gets the files from the experiment's source. */
export const download = defineStage({
  name: "download",
  version: 1,
  about: "Get the dataset's four files and check their SHA-256.",
  source: import.meta.url,
  progressIn: "bytes",
  params({ datasets, sources }): z.ZodType<Params> {
    const known = datasets.map(({ name }) => `"${name}"`).join(", ");
    const isKnown = (dataset: string) => datasets.some(({ name }) => name === dataset);
    const choices = sources.map(({ name, about, params }) => ({ name, about, fields: params }));
    return z.strictObject({
      dataset: z.string().min(1).default(datasets[0].name)
        .describe(`${known}, or the name of another dataset, which requires files.`),
      source: choiceOf(choices, "from").prefault({})
        .describe("Where the files come from. Another source with the same bytes does not re-run any stage."),
      files: datasetFiles.optional().describe("The files' names and digests. Default: those of the dataset."),
    }).refine(({ dataset, files }) => isKnown(dataset) || files !== undefined, {
      message: `a dataset other than ${known} requires files: the name and the SHA-256 of each of the four`,
      path: ["files"],
    }) as unknown as z.ZodType<Params>;
  },
  inputs: {},
  outputs: { files },
  keyParams(params, library) {
    const files = filesOf(params, library);
    return Object.fromEntries(FILE_ROLES.map((role) => [role, files[role].sha256]));
  },
  folders(params, library) {
    const { folder, fileNames } = named(library.sources, params.source.from);
    if (folder === undefined) return [];
    const files = Object.values(filesOf(params, library)).flatMap((file) => fileNames?.(file) ?? [file.name]);
    return [{ at: ["source", folder], files }];
  },
  hosts({ source: { from, ...fields } }, { sources }) {
    const host = named(sources, from).host?.(fields);
    return host === undefined ? [] : [host];
  },
  async run({ params, library, scratch, signal, progress }) {
    const { from, ...fields } = params.source;
    const source = named(library.sources, from);
    const files = filesOf(params, library);
    const context = { scratch, projects: library.roots.map(({ folder }) => folder), signal, progress };
    const got: Partial<Record<FileRole, ProducedFile>> = {};
    for (const role of FILE_ROLES) got[role] = await source.fetch(files[role], fields, context);
    return { files: got as Record<FileRole, ProducedFile> };
  },
});

function filesOf({ dataset, files }: Params, { datasets }: Library): DatasetFiles {
  return files ?? named(datasets, dataset).files;
}
