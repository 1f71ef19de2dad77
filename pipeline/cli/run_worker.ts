/** A worker of `run --jobs`: runs the variants that it is sent, one after the other, and sends back what they print. */
import type { Variant } from "../experiment/variants.ts";
import { StoppedError } from "./interrupt.ts";
import type { RunSettings } from "./run_variant.ts";
import { runOne, type RunOrders, type RunOutcome, settingsOf } from "./run_one.ts";
import { type Line, redirect } from "./terminal.ts";

/** What a worker is sent: orders at first, then variants; and, whatever it is at, that it is to stop. */
export type ToWorker = { orders: RunOrders } | { variant: Variant } | { stop: { message: string; exitCode: number } };

/** What a worker sends back for a variant. */
export interface FromWorker {
  outcome: RunOutcome;
  lines: Line[];
}

const worker = globalThis as unknown as Worker;
const stopping = new AbortController();
let settings: RunSettings;
let lines: Line[] = [];
redirect((line) => lines.push(line));

worker.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ("stop" in data) return stopping.abort(new StoppedError(data.stop.message, data.stop.exitCode));
  if ("orders" in data) {
    settings = settingsOf(data.orders, stopping.signal);
    return;
  }
  const outcome = await runOne(data.variant, settings);
  worker.postMessage({ outcome, lines } satisfies FromWorker);
  lines = [];
};
