/** Ctrl-C and SIGTERM: the first signal ends the work at the next point where nothing is half done, the second at once. */
import { printError, showCursor } from "./terminal.ts";

/** A run was stopped from outside; nothing is wrong with it. */
export class StoppedError extends Error {
  override name = "StoppedError";
  constructor(message: string, readonly exitCode: number) {
    super(message);
  }
}

/** Exit codes as shells have them: 128 + the signal's number. */
const SIGNALS: Partial<Record<Deno.Signal, number>> = { SIGINT: 130, SIGTERM: 143 };
/** Work that has not reached such a point by then is ended where it is, as a kill would end it. Milliseconds. */
const LONGEST_STOP = 800;

/** Listens for signals until it is disposed of. */
export interface Interrupts extends Disposable {
  /** Aborted, with a StoppedError, by the first signal. */
  readonly signal: AbortSignal;
}

/** Listens for Ctrl-C (SIGINT) and SIGTERM, and prints a line when one arrives. */
export function listenForInterrupts(): Interrupts {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  function end(exitCode: number): never {
    showCursor();
    Deno.exit(exitCode);
  }
  const listeners = Object.entries(SIGNALS).flatMap(([name, exitCode]) => {
    // Windows has no SIGTERM.
    if (name !== "SIGINT" && Deno.build.os === "windows") return [];
    const listener = () => {
      if (controller.signal.aborted) end(exitCode);
      printError(`Stopped by ${name}. Everything finished is stored; run the same command again to continue.`);
      timer = setTimeout(() => end(exitCode), LONGEST_STOP);
      controller.abort(new StoppedError(`Stopped by ${name}.`, exitCode));
    };
    Deno.addSignalListener(name as Deno.Signal, listener);
    return [() => Deno.removeSignalListener(name as Deno.Signal, listener)];
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      listeners.forEach((remove) => remove());
    },
  };
}
