/** Reads the report in a sweep's folder, which may hold anything. */
import { join } from "node:path";
import { z } from "zod";
import { parseBoundedJson } from "../engine/store/bounded_json.ts";
import { MAX_SHOWN_BYTES, readFile, unreadableBecause } from "../results/folder.ts";
import { MAX_REASON, type SweepReport } from "./sweep_report.ts";
import { SWEEP_FILES } from "./write_sweep.ts";

/** More than any sweep has; the number of trials is bounded by the size of the file. */
const MAX = { parameters: 1000, text: MAX_REASON };

const text = z.string().max(MAX.text);
const count = z.int().min(0);
const figure = z.number().nullable();
const plain = z.json() as z.ZodType<SweepReport["trials"][number]["choices"][string]>;
const range = z.object({ min: z.number(), max: z.number(), scale: z.enum(["linear", "log"]) })
  .refine(
    ({ min, max, scale }) => min <= max && (scale === "linear" || min > 0),
    "a range from min to max; above 0 if log",
  );
const shape: z.ZodType<SweepReport> = z.object({
  name: text,
  method: text,
  metric: z.object({
    name: text,
    title: text,
    form: z.enum(["percent", "number", "count", "detail"]),
    goal: z.enum(["maximize", "minimize"]),
  }),
  parameters: z.array(z.object({
    path: text,
    title: text,
    range: range.nullable(),
    values: z.array(plain).nullable(),
  })).max(MAX.parameters),
  seeds: z.array(z.number()),
  epochs: count,
  brackets: z.array(z.object({
    rungs: z.array(z.object({ epochs: count, trials: count, keeps: count })).min(1).max(MAX.parameters),
  })).min(1).max(MAX.parameters),
  trials: z.array(z.object({
    index: count,
    bracket: count,
    rung: count,
    choices: z.record(text, plain),
    status: z.enum(["waiting", "stopped", "finished", "failed"]),
    epochs: count,
    curve: z.array(figure),
    values: z.array(figure),
    mean: figure,
    interval: figure,
    reason: text,
  })),
  trained: count,
  ofAll: count,
  winner: z.object({
    trial: count,
    runs: z.array(text),
    test: z.array(z.object({ title: text, text })).nullable(),
    verdict: text,
  }).nullable(),
  isFinished: z.boolean(),
}).refine(
  ({ trials, brackets, winner }) =>
    (winner === null || winner.trial < trials.length) &&
    trials.every(({ index, bracket, rung }, i) =>
      index === i && bracket < brackets.length && rung < brackets[bracket].rungs.length
    ),
  "numbers of trials, brackets and rungs that there are",
);

/** Whether a folder of results has the name of a sweep's. */
export function isSweep(name: string): boolean {
  return name.endsWith(".sweep") && !name.startsWith(".");
}

/** The report in a sweep's folder; a text says what is wrong with it: "is missing", "is damaged: …". */
export function readSweep(folder: string): SweepReport | string {
  const bytes = readFile(folder, SWEEP_FILES.report, MAX_SHOWN_BYTES);
  if (bytes === null) {
    return `${join(folder, SWEEP_FILES.report)} ${unreadableBecause(folder, SWEEP_FILES.report, MAX_SHOWN_BYTES)}`;
  }
  try {
    const read = shape.safeParse(parseBoundedJson(new TextDecoder().decode(bytes), bytes.length));
    if (read.success) return read.data;
    const { path, message } = read.error.issues[0];
    return `${join(folder, SWEEP_FILES.report)} is damaged: ${path.join(".")}: ${message}`;
  } catch {
    return `${join(folder, SWEEP_FILES.report)} is damaged: it is not JSON`;
  }
}
