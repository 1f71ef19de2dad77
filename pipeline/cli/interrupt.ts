/** Ctrl-C and its like: the first one ends the work at the next place where nothing is left half done, the second at once. */
import { complain, showCursor } from "./terminal.ts";

/** A run that was stopped from outside; nothing is wrong with it. */
export class StoppedError extends Error {
  override name = "StoppedError";
  constructor(message: string, readonly exitCode: number) {
    super(message);
  }
}

/** 128 + the signal's number, as shells have it. */
const SIGNALS: Partial<Record<Deno.Signal, number>> = { SIGINT: 130, SIGTERM: 143 };
/** Work that has not come to a place to stop by then is ended where it is, as a kill would: milliseconds. */
const LONGEST_STOP = 800;

/** Listens while it is in use. */
export interface Interrupts extends Disposable {
  /** Aborted, with a StoppedError, by the first signal. */
  readonly signal: AbortSignal;
}

/** Listens for Ctrl-C (SIGINT) and for SIGTERM, and says what has happened when one comes. */
export function listenForInterrupts(): Interrupts {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  function end(exitCode: number): never {
    showCursor();
    Deno.exit(exitCode);
  }
  const listeners = Object.entries(SIGNALS).flatMap(([name, exitCode]) => {
    // Windows knows no SIGTERM.
    if (name !== "SIGINT" && Deno.build.os === "windows") return [];
    const listener = () => {
      if (controller.signal.aborted) end(exitCode);
      complain(`Stopped by ${name}. What is finished is stored; the same command goes on from there.`);
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
