/** Lets a run be stopped between two pieces of work. */

/** A signal is heard at most this much later, and the time that the work between takes. Milliseconds. */
const BETWEEN_BREATHS = 200;
let lastBreath = 0;

/**
 * To be awaited between pieces of work that hold the thread: lets a signal that has come be heard. It rests on a timer,
 * a millisecond or two: only then does the event loop look for signals in any case. So it does that now and then only.
 * @throws the signal's reason when it is aborted.
 */
export async function breathe(signal: AbortSignal): Promise<void> {
  if (performance.now() - lastBreath > BETWEEN_BREATHS) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    lastBreath = performance.now();
  }
  signal.throwIfAborted();
}

/**
 * What `work` gives, unless the signal is aborted before.
 * @throws the signal's reason, at once, when it is aborted; `work` then goes on by itself.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
