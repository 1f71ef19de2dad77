/** Gets the files of a dataset. The only stage that can use the network. */
import { z } from "zod";
import {
  type DatasetDefinition,
  type DatasetFile,
  type DatasetFiles,
  downloadedFiles,
  FILE_ROLES,
  type FileRole,
  filesByRole,
  givenClassNames,
  type NamedFile,
  pinFile,
  publishedDataset,
} from "../../define/dataset.ts";
import { choiceOf, type Library, named } from "../../define/library.ts";
import { defineStage } from "../../define/define_stage.ts";
import { DownloadError } from "../../engine/run_errors.ts";
import type { Produced } from "../../engine/stage/kind.ts";
import type { PinContext } from "../../engine/stage/stage.ts";
import { encodeJson } from "../../formats/json.ts";
import { files } from "../kinds/files_kind.ts";

interface Params {
  /** Left out for an experiment's own files. */
  dataset?: string;
  source: { from: string } & Record<string, unknown>;
  files?: DatasetFiles<NamedFile>;
  class_names?: string[];
}

const fileName = z.string().regex(
  /^(?!(.*\/)?\.{1,2}(\/|$))[^/\\\0]+(\/[^/\\\0]+)*$/,
  'the name of a file in the source\'s folder, or its path there, without ".." and "\\" ' +
    '(another folder: "source": { "from": "file", "path": "FOLDER" })',
);

const datasetFile = z.union([
  fileName,
  z.strictObject({
    name: fileName.describe("The file's name at the source, or its path there."),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits").optional().describe(
      "SHA-256 of the bytes, unpacked or, for a gzip file, as they are. Default: that of a local file as it is when the " +
        "experiment is run; of a file on the web as in NAME.lock.json, which the first run writes.",
    ),
  }),
]).transform((given): NamedFile => typeof given === "string" ? { name: given } : given);

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

/** In the key, in the place of a digest that is not known before the file was fetched. */
const UNKNOWN = "not fetched yet";

/** Gets the files from the experiment's source. */
export const download = defineStage({
  name: "download",
  version: 1,
  about: "Get the dataset's files and check their SHA-256.",
  source: import.meta.url,
  progressIn: "bytes",
  params({ datasets, sources }): z.ZodType<Params> {
    const source = choiceOf(sources, "from");
    const known = datasets.map(({ name }) => `"${name}"`).join(" or ");
    const isKnown = (dataset: string) => datasets.some(({ name }) => name === dataset);
    return z.strictObject({
      dataset: z.string().min(1).optional().describe(
        `${known}, or the name of another dataset, which requires files. Default: "${datasets[0].name}", ` +
          "or no name for files of the experiment's own.",
      ),
      source: source.optional().describe(
        "Where the files come from. Another source with the same bytes does not re-run any stage. Default: that of the " +
          "dataset, or the folder of the experiment for files of its own.",
      ),
      files: datasetFiles.optional().describe("The files' names and digests. Default: those of the dataset."),
      class_names: z.array(z.string().min(1))
        .refine((names) => new Set(names).size === names.length, "different names: each is that of one class")
        .optional()
        .describe("The names of the classes, in the order of their numbers. Default: those of the dataset, if any."),
    }).refine(({ dataset, files }) => dataset === undefined || isKnown(dataset) || files !== undefined, {
      message: `a dataset other than ${known} requires files: the names of all of them`,
      path: ["files"],
    }).overwrite(({ dataset, source: given, files, class_names }) => {
      const named = dataset ?? (files === undefined ? datasets[0].name : undefined);
      const usual = files === undefined ? datasets.find(({ name }) => name === named)?.from : OWN_FILES;
      return {
        ...(named === undefined ? {} : { dataset: named }),
        source: given ?? source.parse(usual ?? {}),
        ...(files === undefined ? {} : { files }),
        ...(class_names === undefined ? {} : { class_names }),
      };
    }) as unknown as z.ZodType<Params>;
  },
  inputs: {},
  outputs: { files },
  async pin(params, library, context) {
    const { source: { from, ...fields }, files } = params;
    const source = named(library.sources, from);
    const published = publishedDataset(params, library.datasets);
    if (published !== undefined && source.folder === undefined) await placeIn(context, published, library);
    const projects = library.roots.map(({ folder }) => folder);
    const pinned: Record<string, NamedFile> = {};
    for (const [role, file] of Object.entries<NamedFile>(files ?? {})) {
      const sha256 = file.sha256 ?? await pinFile(source, file.name, fields, { ...context, projects });
      pinned[role] = { ...file, ...(sha256 === undefined ? {} : { sha256 }) };
    }
    return files === undefined ? {} : { files: pinned as typeof files };
  },
  keyParams(params, library) {
    const names = givenClassNames(params, library.datasets);
    const digests = Object.entries(downloadedFiles(params, library.datasets)).map((
      [role, { sha256 }],
    ) => [role, sha256 ?? UNKNOWN]);
    return { ...Object.fromEntries(digests), ...(names.length > 0 ? { class_names: names } : {}) };
  },
  keyNote: (path, params, library) => downloadedFiles(params, library.datasets)[path]?.name,
  folders(params, library) {
    const { folder, fileNames } = named(library.sources, params.source.from);
    if (folder === undefined) return [];
    const files = Object.values(downloadedFiles(params, library.datasets)).flatMap((file) =>
      fileNames?.(file) ?? [file.name]
    );
    return [{ at: ["source", folder], files, namedAt: ["files"] }];
  },
  hosts({ source: { from, ...fields } }, { sources }) {
    const host = named(sources, from).host?.(fields);
    return host === undefined ? [] : [host];
  },
  async run(context) {
    const { params, library, signal, progress, stored } = context;
    const { from, ...fields } = params.source;
    const source = named(library.sources, from);
    const files = filesByRole(downloadedFiles(params, library.datasets) as DatasetFiles);
    const projects = library.roots.map(({ folder }) => folder);
    const got: Partial<Record<FileRole, Produced>> = {};
    const isPublished = publishedDataset(params, library.datasets) !== undefined;
    const advise = (error: Error): never => {
      if (isPublished && error instanceof DownloadError) {
        error.message += " If you have the files, name their folder: --data DIR.";
      }
      throw error;
    };
    for (const role of FILE_ROLES) {
      const file = files[role];
      got[role] = file === undefined ? new Uint8Array(0) : stored(file.sha256) ??
        await source.fetch(file, fields, { scratch: context.scratch, projects, signal, progress }).catch(advise);
    }
    const class_names = encodeJson(givenClassNames(params, library.datasets));
    return { files: { ...got as Record<FileRole, Produced>, class_names } };
  },
});

/** The source of files of the experiment's own. */
const OWN_FILES = { from: "file" };

/** Takes a dataset's own files from the first folder of data, or the one in it with the dataset's name, that has them all. */
async function placeIn(context: PinContext, { name, files }: DatasetDefinition, { sources }: Library): Promise<void> {
  const source = named(sources, OWN_FILES.from);
  const digestOf = async (file: NamedFile, path: string) => {
    try {
      return await pinFile(source, file.name, { path }, { ...context, projects: [] });
    } catch (error) {
      if (error instanceof DownloadError) return null;
      throw error;
    }
  };
  for (const path of context.data.flatMap((folder) => [`${folder}/${name}`, folder])) {
    const digests = await Promise.all(Object.values<DatasetFile>(files).map((file) => digestOf(file, path)));
    if (Object.values<DatasetFile>(files).every(({ sha256 }, i) => sha256 === digests[i])) {
      return context.setHere({ source: { ...OWN_FILES, path } });
    }
  }
}
