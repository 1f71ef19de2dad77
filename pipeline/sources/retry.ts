/** When to try again: after waits that double, without chance, unless the server says how long. */

/** How patient a download is. */
export interface RetryPolicy {
  /** Failures in a row, without a new byte between them, before it gives up. */
  attempts: number;
  /** The wait after the first failure in milliseconds; it doubles with each failure. */
  firstWait: number;
  /** No wait is longer, whatever the server asks for. Milliseconds. */
  longestWait: number;
  /** A connection from which nothing comes for this long counts as dropped. Milliseconds. */
  longestSilence: number;
}

/** Waits 0.5, 1, 2 and 4 seconds, then gives up. */
export const DEFAULT_POLICY: RetryPolicy = {
  attempts: 5,
  firstWait: 500,
  longestWait: 60_000,
  longestSilence: 30_000,
};

/** How long to wait after `failures` failures in a row (1 or more), in milliseconds. `asked`: what the server asked for. */
export function waitAfter(failures: number, asked: number | null, policy: RetryPolicy): number {
  let doubled = policy.firstWait;
  for (let i = 1; i < failures && doubled < policy.longestWait; i++) doubled *= 2;
  return Math.min(asked ?? doubled, policy.longestWait);
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
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
