/** One request for the missing rest of a file, and when to try again: after waits that double, or as the server asks. */
import { setTimeout } from "node:timers";
import { writeAllAsync } from "../engine/files/open_file.ts";
import { DownloadError } from "../engine/run_errors.ts";
import { withoutSecrets } from "../text/secrets.ts";
import type { PartialFile } from "./partial_file.ts";
import { setTimeout as delay } from "node:timers/promises";
import { MAX_FILE_BYTES } from "./gzip.ts";

/** A failure after which another attempt can succeed, and the wait that the server asks for, in milliseconds. */
interface Failure {
  reason: string;
  retryAfter: number | null;
}

/** What an attempt needs. `onBytes` is called with the number of bytes that have arrived, and their total if known. */
interface AttemptContext {
  signal: AbortSignal;
  limits: DownloadLimits;
  onBytes(done: number, total: number | null): void;
}

const OK = 200;
const PARTIAL_CONTENT = 206;
const REQUEST_TIMEOUT = 408;
const RANGE_NOT_SATISFIABLE = 416;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;

/**
 * Requests the bytes that `part` lacks, and appends them. Returns null when the file is complete.
 * @throws DownloadError if another attempt would not help, or the signal's reason; what has arrived stays in `part`.
 */
export async function fetchRest(url: string, part: PartialFile, context: AttemptContext): Promise<Failure | null> {
  const { idleTimeout } = context.limits;
  const idle = new AbortController();
  const reason = new Error(`the server sent nothing for ${idleTimeout / 1000} s`);
  using timer = setTimeout(() => idle.abort(reason), idleTimeout);
  const signal = AbortSignal.any([context.signal, idle.signal]);
  const offset = part.length();
  let response: Response;
  try {
    response = await fetch(url, { headers: requestHeaders(part, offset), signal });
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof Deno.errors.NotCapable) throw notPermitted(url, error);
    const failure = dropped(error);
    if (failure.reason.includes(BAD_CERTIFICATE)) throw notTrusted(url, failure.reason);
    return failure;
  }
  timer.refresh();
  if (response.status === OK) {
    // The complete file: nothing had arrived, the file has changed, or the server does not support ranges.
    part.begin(validatorOf(response.headers));
    return await append(response, part, 0, timer, context);
  }
  if (response.status === PARTIAL_CONTENT && numberIn(response, /^bytes (\d+)-/) === offset) {
    return await append(response, part, offset, timer, context);
  }
  await response.body?.cancel();
  // A part with the length that the server states is complete.
  if (response.status === RANGE_NOT_SATISFIABLE && numberIn(response, /^bytes \*\/(\d+)$/) === offset) return null;
  return failureOf(url, response, part);
}

function requestHeaders(part: PartialFile, offset: number): Headers {
  // By default, fetch requests compression and undoes it: ranges would not count the bytes in `part`.
  const headers = new Headers({ "accept-encoding": "identity" });
  if (offset > 0) {
    headers.set("range", `bytes=${offset}-`);
    const validator = part.validator();
    if (validator !== null) headers.set("if-range", validator);
  }
  return headers;
}

/** Appends the body to the part, which has `offset` bytes. */
async function append(
  { headers, body }: Response,
  part: PartialFile,
  offset: number,
  timer: NodeJS.Timeout,
  { signal, limits: { maxBytes }, onBytes }: AttemptContext,
): Promise<Failure | null> {
  if (body === null) return null;
  const length = headers.get("content-length");
  const total = length === null ? null : offset + Number(length);
  using file = part.open();
  const reader = body.getReader();
  let done = offset;
  try {
    for (;;) {
      const piece = await reader.read().catch(dropped);
      signal.throwIfAborted();
      if ("reason" in piece) return piece;
      if (piece.done) return null;
      timer.refresh();
      done += piece.value.length;
      // What the server announces decides before it has all arrived.
      if (Math.max(done, total ?? 0) > maxBytes) {
        part.remove();
        throw new DownloadError(`The server sent more than ${maxBytes} bytes. Check the "url" of the source.`);
      }
      await writeAllAsync(file, piece.value).catch((error) => {
        throw new DownloadError(
          `Cannot write the download to ${part.path}: ${error.message}. ` +
            "Free some space, or choose another folder with --cache DIR.",
        );
      });
      onBytes(done, total);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function failureOf(url: string, response: Response, part: PartialFile): Failure {
  const { status, statusText, headers } = response;
  if (status === PARTIAL_CONTENT || status === RANGE_NOT_SATISFIABLE) {
    part.remove();
    return { reason: "the server could not resume the download", retryAfter: null };
  }
  const reason = `the server answered ${`${status} ${statusText}`.trim()}`;
  if (status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
    return { reason, retryAfter: parseRetryAfter(headers.get("retry-after"), Date.now()) };
  }
  throw new DownloadError(
    `Expected a file at ${withoutSecrets(url)}, but ${reason}. ` +
      'Check the "url" of the source, and the names in "files".',
  );
}

/** Identifies the version of the file: a strong ETag, or the date of its last change (RFC 9110, If-Range). */
function validatorOf(headers: Headers): string | null {
  const tag = headers.get("etag");
  return tag !== null && !tag.startsWith("W/") ? tag : headers.get("last-modified");
}

/** The number that a pattern finds in the header Content-Range; null if it does not match. */
function numberIn({ headers }: Response, pattern: RegExp): number | null {
  const match = pattern.exec(headers.get("content-range") ?? "");
  return match === null ? null : Number(match[1]);
}

/**
 * The failure of a connection. Deno explains it in the error's cause; the URL is removed because messages state it. After a
 * redirect it is another one, which can contain a password.
 */
function dropped(error: unknown): Failure {
  const { message, cause } = error as Error;
  const explanation = cause instanceof Error ? cause.message : message;
  const reason = explanation.replace(/^error sending request for url \(\S*\): (client error \(\w+\): )?/, "");
  return { reason: withoutSecrets(reason), retryAfter: null };
}

/** Part of Deno's message for a server that does not prove who it is. */
const BAD_CERTIFICATE = "invalid peer certificate";

function notTrusted(url: string, reason: string): DownloadError {
  return new DownloadError(
    `Could not download ${withoutSecrets(url)}: ${reason}. ` +
      "If the server is the right one and its certificate is from an authority of your own, name the file with that authority's certificate: DENO_CERT=FILE.",
  );
}

/** Deno's message states the host that it denied; after a redirect, it is not the URL's. */
function notPermitted(url: string, error: Error): DownloadError {
  const host = /net access to "([^"]+)"/.exec(error.message)?.[1] ?? new URL(url).host;
  return new DownloadError(
    `${withoutSecrets(url)} leads to ${host}, which the experiment does not name. ` +
      `If it is the right host, allow it: --allow-host ${host}`,
  );
}

/** How persistent a download is, and how large it can be. Times in milliseconds. */
export interface DownloadLimits {
  /** It is abandoned after this many failures in a row without a new byte. */
  attempts: number;
  /** The wait after the first failure; it doubles with each failure. */
  firstWait: number;
  /** The longest wait, whatever the server asks for. */
  maxWait: number;
  /** A connection that sends nothing for this long counts as dropped. */
  idleTimeout: number;
  /** The largest file, as it is sent. */
  maxBytes: number;
}

/** Waits 0.5, 1, 2 and 4 seconds before it is abandoned. */
export const DEFAULT_LIMITS: DownloadLimits = {
  attempts: 5,
  firstWait: 500,
  maxWait: 60_000,
  idleTimeout: 30_000,
  maxBytes: MAX_FILE_BYTES,
};

/** The wait in milliseconds after `failures` failures in a row (1 or more); `asked` is what the server asks for. */
export function waitAfter(failures: number, asked: number | null, limits: DownloadLimits): number {
  return Math.min(asked ?? limits.firstWait * 2 ** (failures - 1), limits.maxWait);
}

/** The header Retry-After, seconds or a date (RFC 9110), in milliseconds from `now`; null if it is neither. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(date - now, 0);
}

/** Resolves after `milliseconds`. @throws the signal's reason, at once, when it is aborted. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
