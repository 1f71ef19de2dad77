/** Dataset files from a web server. An interrupted download resumes where it stopped. */
import { join } from "node:path";
import { z } from "zod";
import { type DatasetFile, defineSource, type FetchContext, hostOf, type NamedFile } from "../define/dataset.ts";
import type { Tree } from "../engine/files/tree.ts";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/kind.ts";
import { storeTree } from "../engine/store/store_failure.ts";
import { withoutSecrets, withoutUsers } from "../text/secrets.ts";
import { digestOfFile, isGzip, mismatch, takePacked } from "./gzip.ts";
import { DEFAULT_LIMITS, type DownloadLimits, fetchRest, wait, waitAfter } from "./http_attempt.ts";
import { PartialFile } from "./partial_file.ts";

/** A folder on a web server. */
export const https = defineSource({
  name: "https",
  about: "From a web server.",
  source: import.meta.url,
  params: {
    url: z.string().refine(
      isSafeUrl,
      "a URL https://host/folder/ without a query or an @ in the folder (http:// only for this machine)",
    )
      .describe(
        "The folder of the files, as https://host/folder/. A user's name and password, as in https://NAME:PASSWORD@host/, " +
          "are sent, but neither shown nor stored.",
      ),
    gzip: z.boolean().default(false).describe("Whether the files on the server have the names NAME.gz."),
  },
  host: ({ url }) => hostOf(new URL(url)),
  pin(name, folder, context) {
    const address = withoutUsers(addressOf(name, folder));
    return context.locked(address, (scratch) => downloadNew(name, folder, { ...context, scratch }));
  },
  fetch: (file, folder, context) => download(file, folder, context),
});

type WebFolder = { url: string; gzip: boolean };

/** The address of a file in the folder `url`, where its name is NAME.gz if `gzip` is set. */
function addressOf(name: string, { url, gzip }: WebFolder): string {
  const path = (gzip ? `${name}.gz` : name).split("/").map(encodeURIComponent).join("/");
  return new URL(path, url.endsWith("/") ? url : `${url}/`).href;
}

/** Wrong bytes are downloaded once more: the download might have begun with another version of the file. */
const MAX_ROUNDS = 2;

/**
 * Downloads a file of which nothing is known but its name. What has arrived stays in the scratch folder, so a run that is
 * killed before the digest is kept asks the server only whether the file has changed.
 * @throws DownloadError if the file is not available, or a damaged gzip file.
 */
export async function downloadNew(
  name: string,
  folder: WebFolder,
  context: FetchContext,
  limits: DownloadLimits = DEFAULT_LIMITS,
): Promise<ProducedFile> {
  const address = addressOf(name, folder);
  const scratch = storeTree(context.scratch);
  const part = new PartialFile(scratch, "new");
  // Without a validator, what has arrived could be another version's.
  if (part.validator() === null) part.remove();
  await fetchAll(address, { name }, part, limits, context);
  using opened = part.open();
  if (!await isGzip(opened)) return { path: part.path, digest: await digestOfFile(opened, context.signal) };
  const taken = await takePacked(opened, scratch, join(context.scratch, "unpacked"), { name }, context.signal);
  if (typeof taken !== "string") return taken;
  part.remove();
  throw new DownloadError(`The file at ${withoutSecrets(address)} ${taken}.`);
}

/** Downloads a file from a folder on a web server. Throws like every source. */
export async function download(
  file: DatasetFile,
  folder: WebFolder,
  context: FetchContext,
  limits: DownloadLimits = DEFAULT_LIMITS,
): Promise<ProducedFile> {
  const address = addressOf(file.name, folder);
  const path = join(context.scratch, file.sha256);
  // A run that was killed during a later file has left this one complete.
  const scratch = storeTree(context.scratch);
  const left = await takeWhole(scratch, path, file, context.signal);
  if (typeof left !== "string") return left;
  const part = new PartialFile(scratch, file.sha256);
  let found = "";
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await fetchAll(address, file, part, limits, context);
    const taken = await finish(part, path, file, context.signal);
    if (typeof taken !== "string") return taken;
    found = taken;
  }
  throw new ChecksumError(
    `The file at ${withoutSecrets(address)} ${found}; it was downloaded twice.`,
    'Check the "url" of the source; if it is the right file, correct its SHA-256 in "files".',
    file.sha256,
  );
}

/** Takes a complete file, or says what is wrong with it. */
async function takeWhole(
  scratch: Tree,
  path: string,
  file: DatasetFile,
  signal: AbortSignal,
): Promise<ProducedFile | string> {
  using opened = scratch.open(path);
  if (opened === null) return "does not exist";
  const digest = await digestOfFile(opened, signal);
  return digest === file.sha256 ? { path, move: true, digest } : mismatch(file.sha256, digest);
}

/** Requests what is missing until the file is complete. */
async function fetchAll(
  url: string,
  file: NamedFile,
  part: PartialFile,
  limits: DownloadLimits,
  { signal, progress }: FetchContext,
): Promise<void> {
  const onBytes = (done: number, total: number | null) => progress(done, total, file.name);
  let furthest = part.length();
  for (let failures = 1;; failures++) {
    const failure = await fetchRest(url, part, { signal, limits, onBytes });
    if (failure === null) return;
    const length = part.length();
    // New bytes are progress, so a large file arrives even over a bad connection. Bytes that are sent again are not.
    if (length > furthest) failures = 1;
    furthest = Math.max(furthest, length);
    if (failures >= limits.attempts) throw gaveUp(url, failure.reason, failures, length);
    progress(length, null, `${file.name}: ${failure.reason}; trying again`);
    await wait(waitAfter(failures, failure.retryAfter, limits), signal);
  }
}

/** Moves the complete part to `path`, unpacked if it is gzip. Returns what is wrong if it is not the expected file. */
async function finish(
  part: PartialFile,
  path: string,
  file: DatasetFile,
  signal: AbortSignal,
): Promise<ProducedFile | string> {
  {
    using opened = part.open();
    if (await isGzip(opened)) {
      const taken = await takePacked(opened, part.scratch, path, file, signal);
      part.remove();
      return taken;
    }
  }
  part.finishAs(path);
  return await takeWhole(part.scratch, path, file, signal);
}

function gaveUp(url: string, reason: string, failures: number, length: number): DownloadError {
  const kept = length > 0 ? ` The ${length} bytes that have arrived are kept; the next run resumes there.` : "";
  return new DownloadError(
    `Could not download ${withoutSecrets(url)}: ${reason} (${failures} times in a row). ` +
      `Check the connection, and that ${new URL(url).host} is the right host.${kept}`,
  );
}

/** Plain HTTP can be read and changed on the way, except on this machine. */
function isSafeUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  // Behind a slash that is not encoded, a password would be part of the path.
  if (search !== "" || hash !== "" || pathname.includes("@")) return false;
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}
