/** Several runs at a time, each in a worker. They share the cache as processes do: what two of them need, one makes. */
import type { Variant } from "../experiment/variants.ts";
import { tellFailure } from "./failure.ts";
import type { StoppedError } from "./interrupt.ts";
import type { RunOrders, RunOutcome } from "./run_one.ts";
import type { FromWorker, ToWorker } from "./run_worker.ts";
import { writeLine } from "./terminal.ts";

/** Runs variants in up to `jobs` workers; `onOutcome` hears of each as it ends. Those that `signal` keeps from running are left out. */
export async function runInWorkers(
  variants: readonly Variant[],
  orders: RunOrders,
  jobs: number,
  signal: AbortSignal,
  onOutcome: (at: number, outcome: RunOutcome) => void,
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
      const at = next++;
      worker ??= startWorker({ ...orders, bars: false });
      try {
        const { outcome, lines } = await inWorker(worker, variants[at]);
        // What a run printed comes as one piece: lines of several runs would mix.
        lines.forEach(writeLine);
        onOutcome(at, outcome);
      } catch (error) {
        onOutcome(at, { finished: null, exitCode: tellFailure(error, { run: variants[at].runName }), isKnown: false });
        worker.terminate();
        worker = null;
      }
    }
    signal.removeEventListener("abort", stop);
    worker?.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, variants.length) }, work));
}

function startWorker(orders: RunOrders): Worker {
  const worker = new Worker(new URL("./run_worker.ts", import.meta.url), { type: "module" });
  worker.postMessage({ orders } satisfies ToWorker);
  return worker;
}

/** @throws Error when the worker itself breaks, out of memory say. */
function inWorker(worker: Worker, variant: Variant): Promise<FromWorker> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`The worker of ${variant.runName} broke: ${event.message}`));
    };
    worker.postMessage({ variant } satisfies ToWorker);
  });
}
