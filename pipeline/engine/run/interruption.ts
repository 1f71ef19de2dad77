/** Lets a run be stopped between two pieces of work. */

/** A signal is noticed at most this much later, plus the time that the work in between takes. Milliseconds. */
const YIELD_PERIOD = 200;
let lastYield = 0;

/**
 * To be awaited between pieces of work that hold the thread: lets the event loop deliver a signal. It takes a timer, which
 * costs a millisecond or two, because only then does the event loop look for signals in any case; so it is set only now
 * and then.
 * @throws the signal's reason when it is aborted.
 */
export async function yieldToEventLoop(signal: AbortSignal): Promise<void> {
  if (performance.now() - lastYield > YIELD_PERIOD) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    lastYield = performance.now();
  }
  signal.throwIfAborted();
}

/**
 * The result of `work`, unless the signal is aborted first.
 * @throws the signal's reason, at once, when it is aborted; `work` then continues unobserved.
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
