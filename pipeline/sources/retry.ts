/** When to retry: after waits that double, without jitter, or as long as the server asks. */
import { setTimeout as delay } from "node:timers/promises";
import { MAX_FILE_BYTES } from "./gzip.ts";

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
