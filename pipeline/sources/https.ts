/** Dataset files from a web server. An interrupted download is resumed where it stopped. */
import { join } from "node:path";
import { z } from "zod";
import type { DatasetFile } from "../define/dataset.ts";
import { defineSource, type FetchContext } from "../define/source.ts";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import { digestOfFile } from "./disk.ts";
import { isGzip, unpack } from "./gzip.ts";
import { fetchRest } from "./http_attempt.ts";
import { PartialFile } from "./partial_file.ts";
import { DEFAULT_LIMITS, type DownloadLimits, wait, waitAfter } from "./retry.ts";

/** A folder on a web server. */
export const https = defineSource({
  name: "https",
  about: "From a web server. The run needs permission to reach it: RETRACE_ALLOW=--allow-net=HOST.",
  source: import.meta.url,
  params: {
    url: z.string().refine(isSafeUrl, "a URL https://host/folder/ without a query (http:// only for this machine)")
      .describe("The folder of the files, as https://host/folder/."),
    gzip: z.boolean().default(false).describe("The server has the files as NAME.gz."),
  },
  host: ({ url }) => new URL(url).hostname,
  fetch: (file, folder, context) => download(file, folder, context),
});

/** Wrong bytes are fetched once more: the download may have been begun with another version of the file. */
const MOST_ROUNDS = 2;

/**
 * Gets a file of the folder `url`, where it is NAME.gz if `gzip` is set.
 * @throws DownloadError, ChecksumError and the signal's reason as every source.
 */
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
  if (await digestOfFile(path, context.signal) === file.sha256) return produced;
  const part = new PartialFile(context.scratch, file.sha256);
  let found = "";
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await fetchAll(address, file, part, limits, context);
    const { problem, digest } = await finish(part, path, context.signal);
    if (digest === file.sha256) return produced;
    found = problem ?? `has ${digest}`;
  }
  throw new ChecksumError(
    `The file at ${address} must have the SHA-256 ${file.sha256}, but ${found}; it was fetched twice. ` +
      'Check the "url" of the source; if this is the right file, correct its SHA-256 in "files".',
  );
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
  let furthest = await part.length();
  for (let failures = 1;; failures++) {
    const failure = await fetchRest(url, part, { signal, limits, onBytes });
    if (failure === null) return;
    const length = await part.length();
    // New bytes are progress, so that a long file gets through over a bad connection. Bytes fetched again are not.
    if (length > furthest) failures = 1;
    furthest = Math.max(furthest, length);
    if (failures >= limits.attempts) throw gaveUp(url, failure.reason, failures, length);
    progress(length, null, `${file.name}: ${failure.reason}; trying again`);
    await wait(waitAfter(failures, failure.retryAfter, limits), signal);
  }
}

/** Moves the complete part to `path`, unpacked if it is gzip; gives its SHA-256, or why it cannot be unpacked. */
async function finish(
  part: PartialFile,
  path: string,
  signal: AbortSignal,
): Promise<{ digest?: string | null; problem?: string }> {
  if (!await isGzip(part.path)) {
    await part.finishAs(path);
  } else {
    const unpacked = await unpack(part.path, path, signal);
    await part.remove();
    if (unpacked === "damaged") return { problem: "is a damaged gzip file" };
    if (unpacked === "too large") return { problem: "is a gzip file that unpacks to far more than its size" };
  }
  return { digest: await digestOfFile(path, signal) };
}

function gaveUp(url: string, reason: string, failures: number, length: number): DownloadError {
  const kept = length > 0 ? ` The ${length} bytes that arrived are kept; the next run resumes there.` : "";
  return new DownloadError(
    `Could not get ${url}: ${reason} (${failures} times in a row). ` +
      `Check the connection, and that ${new URL(url).host} is the right host.${kept}`,
  );
}

/** Plain HTTP can be read and changed on the way; on this machine there is no way between. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  if (search !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}
