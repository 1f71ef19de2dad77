/** Dataset files from a web server. A download that was interrupted goes on where it stopped. */
import { join } from "node:path";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import { isGzip, unpack } from "./gzip.ts";
import { fetchRest } from "./http_attempt.ts";
import { MOST_FILE_BYTES } from "./limits.ts";
import { PartialFile } from "./partial_file.ts";
import { DEFAULT_POLICY, type RetryPolicy, wait, waitAfter } from "./retry.ts";
import type { DataFile, Source, SourceContext } from "./source.ts";
import { digestOfFile } from "./checksum.ts";

/** A folder on a web server. */
export interface WebFolder {
  /** `https://host/folder/`. */
  url: string;
  /** The files are there as NAME.gz. */
  gzip: boolean;
}

/** Wrong bytes are fetched anew once: they may come from a download that was begun with another version of the file. */
const MOST_ROUNDS = 2;

/** Takes files of at most `mostBytes`, as they are sent, from a web server. */
export function httpsSource(
  folder: WebFolder,
  policy: RetryPolicy = DEFAULT_POLICY,
  mostBytes: number = MOST_FILE_BYTES,
): Source {
  return async (file, context) => {
    const url = addressOf(folder, file.name);
    const path = join(context.scratch, file.sha256);
    const produced = { path, move: true, digest: file.sha256 };
    // A run that was killed among the later files left this one finished.
    if (await digestOfFile(path, context.signal) === file.sha256) return produced;
    const part = new PartialFile(context.scratch, file.sha256);
    let found = "";
    for (let round = 0; round < MOST_ROUNDS; round++) {
      await fetchAll(url, file, part, { ...policy, mostBytes }, context);
      const { problem, digest } = await finish(part, path, context.signal);
      if (digest === file.sha256) return produced;
      found = problem ?? `has ${digest}`;
    }
    throw new ChecksumError(
      `The file at ${url} must have the SHA-256 ${file.sha256}, but ${found}; ` +
        "it was fetched twice. " +
        "Check download.source.url; if this is the file you mean, correct its SHA-256 in download.files.",
    );
  };
}

function addressOf({ url, gzip }: WebFolder, name: string): string {
  const base = url.endsWith("/") ? url : `${url}/`;
  return new URL(encodeURIComponent(gzip ? `${name}.gz` : name), base).href;
}

/** Requests what is missing until nothing is. */
async function fetchAll(
  url: string,
  file: DataFile,
  part: PartialFile,
  policy: RetryPolicy & { mostBytes: number },
  { signal, progress }: SourceContext,
): Promise<void> {
  const { longestSilence, mostBytes } = policy;
  const onBytes = (done: number, total: number | null) => progress(done, total, file.name);
  let furthest = await part.length();
  for (let failures = 1;; failures++) {
    const failure = await fetchRest(url, part, { signal, longestSilence, mostBytes, onBytes });
    if (failure === null) return;
    const length = await part.length();
    // New bytes are progress, so that a long file comes through a bad line. Bytes that were here before are not.
    if (length > furthest) failures = 1;
    furthest = Math.max(furthest, length);
    if (failures >= policy.attempts) throw gaveUp(url, failure.reason, failures, length);
    progress(length, null, `${file.name}: ${failure.reason}; trying again`);
    await wait(waitAfter(failures, failure.retryAfter, policy), signal);
  }
}

/** Makes the part, unpacked if it is gzip, the file `path`; gives the SHA-256 of that, or why it cannot be unpacked. */
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
  const kept = length > 0 ? ` The ${length} bytes that arrived are kept; the next run goes on from there.` : "";
  return new DownloadError(
    `Could not get ${url}: ${reason} (${failures} times in a row). ` +
      `Check the connection, and that ${new URL(url).host} is the right host.${kept}`,
  );
}
