/** Ctrl-C and SIGTERM: the first signal stops workers between two steps, and a little later in any case; the second at once. */

/** What can be stopped. */
export interface Stoppable {
  /**
   * Asks for an end as soon as possible, with an error of this text and with this exit code; `afterStep`: after the step
   * in progress.
   */
  stop(message: string, exitCode: number, afterStep?: true): void;
  /** Ends at once. */
  kill(): void;
}

/** Exit codes as shells have them: 128 + the signal's number. Windows has no SIGTERM. */
const SIGNALS = Object.entries({ SIGINT: 130, ...(Deno.build.os === "windows" ? {} : { SIGTERM: 143 }) });
/** Milliseconds after which work that has not stopped is killed. */
const MAX_STOP = 800;
/** Milliseconds in which signals are the same one: a terminal sends it to all processes, and npx and Node pass it on. */
const SAME = 300;

/** The signals that have arrived, until it is disposed of. */
export interface Stopping extends Disposable {
  /** The first signal that arrived. */
  signal(): { name: string; exitCode: number } | null;
}

/** Stops `work` when a signal arrives. If it `isPatient`, SIGTERM lets it complete the step in progress, however long. */
export function stopOnSignals(work: Stoppable, isPatient = false): Stopping {
  let first: ReturnType<Stopping["signal"]> = null;
  let arrived = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = SIGNALS.map(([name, exitCode]) => {
    const listener = () => {
      if (first !== null) return performance.now() - arrived < SAME ? undefined : work.kill();
      arrived = performance.now();
      first = { name, exitCode };
      if (isPatient && name === "SIGTERM") return work.stop(`Stopped by ${name}.`, exitCode, true);
      timer = setTimeout(work.kill, MAX_STOP);
      work.stop(`Stopped by ${name}.`, exitCode);
    };
    Deno.addSignalListener(name as Deno.Signal, listener);
    return () => Deno.removeSignalListener(name as Deno.Signal, listener);
  });
  return {
    signal: () => first,
    [Symbol.dispose]() {
      clearTimeout(timer);
      listeners.forEach((remove) => remove());
    },
  };
}
