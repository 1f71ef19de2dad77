/** When to retry: after waits that double, without jitter, unless the server says how long to wait. */
import { setTimeout as delay } from "node:timers/promises";
import { MOST_FILE_BYTES } from "./gzip.ts";

/** How persistent a download is, and how large it may be. */
export interface DownloadLimits {
  /** Failures in a row, without a new byte between them, before it gives up. */
  attempts: number;
  /** The wait after the first failure in milliseconds; it doubles with each failure. */
  firstWait: number;
  /** No wait is longer, whatever the server asks for. Milliseconds. */
  longestWait: number;
  /** A connection that sends nothing for this long counts as dropped. Milliseconds. */
  longestSilence: number;
  /** A file with more bytes, as they are sent, is refused. */
  mostBytes: number;
}

/** Waits 0.5, 1, 2 and 4 seconds, then gives up. */
export const DEFAULT_LIMITS: DownloadLimits = {
  attempts: 5,
  firstWait: 500,
  longestWait: 60_000,
  longestSilence: 30_000,
  mostBytes: MOST_FILE_BYTES,
};

/** How long to wait after `failures` failures in a row (1 or more), in milliseconds. `asked`: what the server asked for. */
export function waitAfter(failures: number, asked: number | null, limits: DownloadLimits): number {
  let doubled = limits.firstWait;
  for (let i = 1; i < failures && doubled < limits.longestWait; i++) doubled *= 2;
  return Math.min(asked ?? doubled, limits.longestWait);
}

/** The header Retry-After in milliseconds from `now`: it holds seconds or a date (RFC 9110). Null when it holds neither. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(date - now, 0);
}

/**
 * Resolves after `milliseconds`.
 * @throws the signal's reason, at once, when it is aborted.
 */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
