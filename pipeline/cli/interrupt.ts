/** Ctrl-C and SIGTERM: the first signal stops the work between two steps, the second at once. */
import { printError, showCursor } from "./terminal.ts";

/** The work was stopped by a signal, or because another run failed. */
export class StoppedError extends Error {
  override name = "StoppedError";
  constructor(message: string, readonly exitCode: number) {
    super(message);
  }
}

/** Exit codes as shells have them: 128 + the signal's number. Windows has no SIGTERM. */
const SIGNALS = Object.entries({ SIGINT: 130, ...(Deno.build.os === "windows" ? {} : { SIGTERM: 143 }) });
/** Milliseconds after which work that has not stopped is ended like a kill. */
const MAX_STOP = 800;

/**
 * Listens for Ctrl-C (SIGINT) and SIGTERM until it is disposed of, and prints a line when one arrives. The first signal
 * aborts `signal` with a StoppedError.
 */
export function listenForInterrupts(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  function end(exitCode: number): never {
    showCursor();
    Deno.exit(exitCode);
  }
  const listeners = SIGNALS.map(([name, exitCode]) => {
    const listener = () => {
      if (controller.signal.aborted) end(exitCode);
      printError(`Stopped by ${name}. Everything finished is stored; run the same command again to continue.`);
      timer = setTimeout(() => end(exitCode), MAX_STOP);
      controller.abort(new StoppedError(`Stopped by ${name}.`, exitCode));
    };
    Deno.addSignalListener(name as Deno.Signal, listener);
    return () => Deno.removeSignalListener(name as Deno.Signal, listener);
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      listeners.forEach((remove) => remove());
    },
  };
}
