/** A worker of `run --jobs`, an entry point: runs the variants that it is sent, one by one, and returns their output. */
import { classifier } from "../classifier/pipeline.ts";
import type { Variant } from "../experiment/variants.ts";
import { StoppedError } from "./interrupt.ts";
import { makeRunContext, type RunChoices, type RunContext, type RunOutcome, runVariant } from "./run_variant.ts";
import { type Line, redirect } from "./terminal.ts";

/** What a worker is sent: first its choices, then variants; and, at any time, a request to stop. */
export type ToWorker = { choices: RunChoices } | { variant: Variant } | { stop: { message: string; exitCode: number } };

/** What a worker sends back for a variant. */
export interface FromWorker {
  outcome: RunOutcome;
  lines: Line[];
}

const worker = globalThis as unknown as Worker;
const stopping = new AbortController();
let context: RunContext;
let lines: Line[] = [];
redirect((line) => lines.push(line));

worker.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ("stop" in data) stopping.abort(new StoppedError(data.stop.message, data.stop.exitCode));
  else if ("choices" in data) context = makeRunContext(classifier, data.choices, stopping.signal);
  else {
    const outcome = await runVariant(data.variant, context);
    worker.postMessage({ outcome, lines } satisfies FromWorker);
    lines = [];
  }
};
