/** Gets the four files of a dataset. The only stage that can use the network. */
import { z } from "zod";
import { type DatasetFile, type DatasetFiles, FILE_ROLES, type FileRole, filesByRole } from "../../define/dataset.ts";
import { choiceOf, type Library, named } from "../../define/library.ts";
import { defineStage } from "../../define/define_stage.ts";
import type { Produced } from "../../engine/stage/artifact.ts";
import { encodeJson } from "../../formats/json.ts";
import { files } from "../kinds/files_kind.ts";

interface Params {
  dataset: string;
  source: { from: string } & Record<string, unknown>;
  files?: DatasetFiles;
  class_names?: string[];
}

const datasetFile = z.strictObject({
  name: z.string().regex(/^(?!\.{1,2}$)[^/\\\0]+$/, "a file name without a folder")
    .describe("The file's name at the source."),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits").describe(
    "SHA-256 of the bytes, unpacked or, for a gzip file, as they are.",
  ),
});

const datasetFiles = z.strictObject({
  train_images: datasetFile.optional().describe("Training images, [N, …]."),
  train_labels: datasetFile.optional().describe("Training labels, [N]."),
  test_images: datasetFile.optional().describe("Test images, [M, …]."),
  test_labels: datasetFile.optional().describe("Test labels, [M]."),
  train: datasetFile.optional().describe("Training examples with their labels."),
  test: datasetFile.optional().describe("Test examples with their labels."),
  data: datasetFile.optional().describe("All examples with their labels."),
}).superRefine((files, context) => {
  const given = Object.entries(files).flatMap(([name, file]) => file === undefined ? [] : [name]);
  if (FORMS.some((form) => form.length === given.length && form.every((name) => given.includes(name)))) return;
  const found = given.length === 0 ? "none" : given.join(", ");
  const message = `expected ${FORMS.map((form) => form.join(", ")).join("; or ")}; but found ${found}`;
  context.addIssue({ code: "custom", message });
});

/** Which files belong together. */
const FORMS: readonly (readonly string[])[] = [FILE_ROLES, ["train", "test"], ["data"]];

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
      class_names: z.array(z.string().min(1)).optional()
        .describe("The names of the classes, in the order of their numbers. Default: those of the dataset, if any."),
    }).refine(({ dataset, files }) => isKnown(dataset) || files !== undefined, {
      message: `a dataset other than ${known} requires files: the name and the SHA-256 of each of the four`,
      path: ["files"],
    }) as unknown as z.ZodType<Params>;
  },
  inputs: {},
  outputs: { files },
  keyParams(params, library) {
    const names = classNamesOf(params, library);
    const digests = Object.entries(rolesOf(params, library)).map(([role, { sha256 }]) => [role, sha256]);
    return { ...Object.fromEntries(digests), ...(names.length > 0 ? { class_names: names } : {}) };
  },
  folders(params, library) {
    const { folder, fileNames } = named(library.sources, params.source.from);
    if (folder === undefined) return [];
    const files = Object.values(rolesOf(params, library)).flatMap((file) => fileNames?.(file) ?? [file.name]);
    return [{ at: ["source", folder], files }];
  },
  hosts({ source: { from, ...fields } }, { sources }) {
    const host = named(sources, from).host?.(fields);
    return host === undefined ? [] : [host];
  },
  async run({ params, library, scratch, signal, progress }) {
    const { from, ...fields } = params.source;
    const source = named(library.sources, from);
    const files = rolesOf(params, library);
    const context = { scratch, projects: library.roots.map(({ folder }) => folder), signal, progress };
    const got: Partial<Record<FileRole, Produced>> = {};
    for (const role of FILE_ROLES) {
      const file = files[role];
      got[role] = file === undefined ? new Uint8Array(0) : await source.fetch(file, fields, context);
    }
    const class_names = encodeJson(classNamesOf(params, library));
    return { files: { ...got as Record<FileRole, Produced>, class_names } };
  },
});

function rolesOf({ dataset, files }: Params, { datasets }: Library): Partial<Record<FileRole, DatasetFile>> {
  return filesByRole(files ?? named(datasets, dataset).files);
}

function classNamesOf({ dataset, files, class_names }: Params, { datasets }: Library): readonly string[] {
  if (class_names !== undefined || files !== undefined) return class_names ?? [];
  return named(datasets, dataset).classNames ?? [];
}
