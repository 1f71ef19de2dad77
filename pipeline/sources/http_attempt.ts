/** One request for the missing rest of a file. */
import { setTimeout } from "node:timers";
import { DownloadError } from "../engine/run_errors.ts";
import type { PartialFile } from "./partial_file.ts";
import { type DownloadLimits, parseRetryAfter } from "./retry.ts";

/** A failure that another attempt may overcome. */
export interface Failure {
  reason: string;
  /** How long the server asks to wait, in milliseconds; null when it does not say. */
  retryAfter: number | null;
}

/** What an attempt works with. */
export interface AttemptContext {
  signal: AbortSignal;
  limits: DownloadLimits;
  /** Called with the bytes that have arrived, and how many there will be (null: the server does not say). */
  onBytes(done: number, total: number | null): void;
}

const OK = 200;
const PARTIAL_CONTENT = 206;
const REQUEST_TIMEOUT = 408;
const RANGE_NOT_SATISFIABLE = 416;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;

/**
 * Requests the bytes after those that `part` has, and appends them. Null when the file is complete.
 * @throws DownloadError when another attempt would not help.
 * @throws the signal's reason when it is aborted; what has arrived stays in `part`.
 */
export async function fetchRest(url: string, part: PartialFile, context: AttemptContext): Promise<Failure | null> {
  const { longestSilence } = context.limits;
  const silent = new AbortController();
  const reason = new Error(`the server sent nothing for ${longestSilence / 1000} s`);
  using silence = setTimeout(() => silent.abort(reason), longestSilence);
  const signal = AbortSignal.any([context.signal, silent.signal]);
  const offset = await part.length();
  let response: Response;
  try {
    response = await fetch(url, { headers: await requestHeaders(part, offset), signal });
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof Deno.errors.NotCapable) throw notPermitted(url, error);
    return dropped(error);
  }
  silence.refresh();
  if (response.status === OK) {
    // The whole file: it was asked for, or it has changed, or this server knows no ranges.
    await part.begin(validatorOf(response.headers));
    return await append(response, part, 0, silence, context);
  }
  if (response.status === PARTIAL_CONTENT && startOfRange(response.headers) === offset) {
    return await append(response, part, offset, silence, context);
  }
  await response.body?.cancel();
  if (response.status === RANGE_NOT_SATISFIABLE && lengthOfFile(response.headers) === offset) return null;
  return await failureOf(url, response, part);
}

async function requestHeaders(part: PartialFile, offset: number): Promise<Headers> {
  // Without this, fetch would ask for compression and undo it: ranges would not count the bytes that `part` has.
  const headers = new Headers({ "accept-encoding": "identity" });
  if (offset > 0) {
    headers.set("range", `bytes=${offset}-`);
    const validator = await part.validator();
    if (validator !== null) headers.set("if-range", validator);
  }
  return headers;
}

/** Appends the body to the part, which has `offset` bytes. */
async function append(
  { headers, body }: Response,
  part: PartialFile,
  offset: number,
  silence: NodeJS.Timeout,
  context: AttemptContext,
): Promise<Failure | null> {
  if (body === null) return null;
  const length = headers.get("content-length");
  const total = length === null ? null : offset + Number(length);
  using file = await part.open();
  const reader = body.getReader();
  let done = offset;
  try {
    for (;;) {
      const piece = await reader.read().catch(dropped);
      context.signal.throwIfAborted();
      if ("reason" in piece) return piece;
      if (piece.done) return null;
      silence.refresh();
      done += piece.value.length;
      if (done > context.limits.mostBytes) throw await tooLong(part, context.limits.mostBytes);
      await writeAll(file, part.path, piece.value);
      context.onBytes(done, total);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function tooLong(part: PartialFile, mostBytes: number): Promise<DownloadError> {
  await part.remove();
  return new DownloadError(
    `The server sent more than ${mostBytes} bytes, more than can be used. Check the "url" of the source.`,
  );
}

async function writeAll(file: Deno.FsFile, path: string, bytes: Uint8Array): Promise<void> {
  try {
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  } catch (error) {
    throw new DownloadError(
      `Cannot write the download to ${path}: ${(error as Error).message}. ` +
        "Free some space, or choose another folder with --cache DIR.",
    );
  }
}

async function failureOf(url: string, response: Response, part: PartialFile): Promise<Failure> {
  const { status, headers } = response;
  if (status === PARTIAL_CONTENT || status === RANGE_NOT_SATISFIABLE) {
    await part.remove();
    return { reason: "the server could not resume the download", retryAfter: null };
  }
  const answered = `the server answered ${`${status} ${response.statusText}`.trim()}`;
  if (status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
    return { reason: answered, retryAfter: parseRetryAfter(headers.get("retry-after"), Date.now()) };
  }
  throw new DownloadError(
    `Expected a file at ${url}, but ${answered}. Check the "url" of the source, and the names in "files".`,
  );
}

/** What identifies this version of the file: a strong ETag, else the date of its last change (RFC 9110, If-Range). */
function validatorOf(headers: Headers): string | null {
  const tag = headers.get("etag");
  return tag !== null && !tag.startsWith("W/") ? tag : headers.get("last-modified");
}

/** Where the bytes of a 206 answer start; null when it does not say. */
function startOfRange(headers: Headers): number | null {
  const match = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "");
  return match === null ? null : Number(match[1]);
}

/** How long the file is, according to a 416 answer; null when it does not say. A part of that length is complete. */
function lengthOfFile(headers: Headers): number | null {
  const match = /^bytes \*\/(\d+)$/.exec(headers.get("content-range") ?? "");
  return match === null ? null : Number(match[1]);
}

/** When fetch fails, Deno's explanation is in the cause. The URL in it is cut: our messages give it already. */
function dropped(error: unknown): Failure {
  const { message, cause } = error as Error;
  const words = cause instanceof Error ? cause.message : message;
  const reason = words.replace(/^error sending request for url \(\S*\): (client error \(\w+\): )?/, "");
  return { reason, retryAfter: null };
}

/** Deno's message names the host that was refused: after a redirect it is not the URL's. */
function notPermitted(url: string, error: Error): DownloadError {
  const host = /net access to "([^"]+)"/.exec(error.message)?.[1] ?? new URL(url).host;
  return new DownloadError(
    `Deno was not given permission to reach ${host}, which ${url} needs. ` +
      `Allow it for this run: RETRACE_ALLOW=--allow-net=${host} deno task run …`,
  );
}
