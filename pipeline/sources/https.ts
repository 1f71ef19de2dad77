/** Dataset files from a web server. An interrupted download resumes where it stopped. */
import { join } from "node:path";
import { z } from "zod";
import type { DatasetFile } from "../define/dataset.ts";
import { defineSource, type FetchContext, hostOf } from "../define/source.ts";
import type { Tree } from "../engine/files/tree.ts";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import { storeTree } from "../engine/store/store_failure.ts";
import { digestOfFile } from "./file_digest.ts";
import { isGzip, unpack } from "./gzip.ts";
import { fetchRest } from "./http_attempt.ts";
import { PartialFile } from "./partial_file.ts";
import { DEFAULT_LIMITS, type DownloadLimits, wait, waitAfter } from "./retry.ts";

/** A folder on a web server. */
export const https = defineSource({
  name: "https",
  about: "From a web server.",
  source: import.meta.url,
  params: {
    url: z.string().refine(isSafeUrl, "a URL https://host/folder/ without a query (http:// only for this machine)")
      .describe("The folder of the files, as https://host/folder/."),
    gzip: z.boolean().default(false).describe("Whether the files on the server have the names NAME.gz."),
  },
  host: ({ url }) => hostOf(new URL(url)),
  fetch: (file, folder, context) => download(file, folder, context),
});

/** Wrong bytes are downloaded once more: the download might have begun with another version of the file. */
const MAX_ROUNDS = 2;

/** Downloads a file from the folder `url`, where its name is NAME.gz if `gzip` is set. Throws like every source. */
export async function download(
  file: DatasetFile,
  { url, gzip }: { url: string; gzip: boolean },
  context: FetchContext,
  limits: DownloadLimits = DEFAULT_LIMITS,
): Promise<ProducedFile> {
  const name = encodeURIComponent(gzip ? `${file.name}.gz` : file.name);
  const address = new URL(name, url.endsWith("/") ? url : `${url}/`).href;
  const path = join(context.scratch, file.sha256);
  const produced = { path, move: true, digest: file.sha256 };
  // A run that was killed during a later file has left this one complete.
  const scratch = storeTree(context.scratch);
  if (await digestIn(scratch, path, context.signal) === file.sha256) return produced;
  const part = new PartialFile(scratch, file.sha256);
  let found = "";
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await fetchAll(address, file, part, limits, context);
    const problem = await finish(part, path, context.signal);
    const digest = problem === null ? await digestIn(scratch, path, context.signal) : null;
    if (digest === file.sha256) return produced;
    found = problem ?? `has ${digest}`;
  }
  throw new ChecksumError(
    `The file at ${address} must have the SHA-256 ${file.sha256}, but ${found}; it was downloaded twice. ` +
      'Check the "url" of the source; if it is the right file, correct its SHA-256 in "files".',
  );
}

async function digestIn(scratch: Tree, path: string, signal: AbortSignal): Promise<string | null> {
  using file = scratch.open(path);
  return file && await digestOfFile(file, signal);
}

/** Requests what is missing until the file is complete. */
async function fetchAll(
  url: string,
  file: DatasetFile,
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

/** Moves the complete part to `path`, unpacked if it is gzip. Returns why it cannot be unpacked, or null. */
async function finish(part: PartialFile, path: string, signal: AbortSignal): Promise<string | null> {
  let unpacked: Awaited<ReturnType<typeof unpack>> | "plain" = "plain";
  {
    using file = part.open();
    if (await isGzip(file)) unpacked = await unpack(file, part.scratch, path, signal);
  }
  if (unpacked === "plain") part.finishAs(path);
  else part.remove();
  if (unpacked === "plain" || unpacked === "complete") return null;
  return unpacked === "damaged" ? "is a damaged gzip file" : "is a gzip file that unpacks to far more than its size";
}

function gaveUp(url: string, reason: string, failures: number, length: number): DownloadError {
  const kept = length > 0 ? ` The ${length} bytes that have arrived are kept; the next run resumes there.` : "";
  return new DownloadError(
    `Could not download ${url}: ${reason} (${failures} times in a row). ` +
      `Check the connection, and that ${new URL(url).host} is the right host.${kept}`,
  );
}

/** Plain HTTP can be read and changed on the way, except on this machine. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  if (search !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}
