/** Several runs at a time, each in a worker. They share the cache as processes do: a stage that two need runs once. */
import type { Variant } from "../experiment/variants.ts";
import { printFailure } from "./failure.ts";
import type { StoppedError } from "./interrupt.ts";
import type { RunChoices, RunOutcome } from "./run_variant.ts";
import type { FromWorker, ToWorker } from "./run_worker.ts";
import { writeLine } from "./terminal.ts";

/** Runs variants in up to `jobs` workers, and reports each as it ends; after `signal`, no more are started. */
export async function runInWorkers(
  variants: readonly Variant[],
  choices: RunChoices,
  jobs: number,
  signal: AbortSignal,
  onOutcome: (i: number, outcome: RunOutcome) => void,
): Promise<void> {
  let next = 0;
  const work = async () => {
    let worker: Worker | null = null;
    const stop = () => {
      const { message, exitCode } = signal.reason as StoppedError;
      worker?.postMessage({ stop: { message, exitCode } } satisfies ToWorker);
    };
    signal.addEventListener("abort", stop);
    while (next < variants.length && !signal.aborted) {
      const i = next++;
      worker ??= startWorker({ ...choices, bars: false });
      try {
        const { outcome, lines } = await inWorker(worker, variants[i]);
        // A run's lines are printed together: those of several runs would mix.
        lines.forEach(writeLine);
        onOutcome(i, outcome);
      } catch (error) {
        const exitCode = printFailure(error, { run: variants[i].runName });
        onOutcome(i, { finished: null, exitCode, isKnown: false });
        worker.terminate();
        worker = null;
      }
    }
    signal.removeEventListener("abort", stop);
    worker?.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, variants.length) }, work));
}

function startWorker(choices: RunChoices): Worker {
  const worker = new Worker(new URL("./run_worker.ts", import.meta.url), { type: "module" });
  worker.postMessage({ choices } satisfies ToWorker);
  return worker;
}

/** @throws Error if the worker itself fails, for example out of memory. */
function inWorker(worker: Worker, variant: Variant): Promise<FromWorker> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`The worker of ${variant.runName} failed: ${event.message}`));
    };
    worker.postMessage({ variant } satisfies ToWorker);
  });
}
