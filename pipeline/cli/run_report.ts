/** What is printed about a run: its title before it starts, and its figures and files when it has ended. */
import { join } from "node:path";
import type { StoredRun } from "../compare/compare_runs.ts";
import type { Variant } from "../experiment/variants.ts";
import type { SummaryRow } from "../results/summary_rows.ts";
import type { KnownRun } from "../results/known.ts";
import type { Written } from "../results/results.ts";
import type { StageResult } from "../engine/run/run_options.ts";
import { secondsText } from "../text/numbers.ts";
import { visible } from "../text/visible.ts";
import { hitLine } from "./stage_text.ts";
import { bold, dim, green, print, tableText, yellow } from "./terminal.ts";

/** A run that has ended. */
export interface EndedRun extends Pick<KnownRun, "rows" | "metrics"> {
  stages: Pick<StageResult, "stage" | "action" | "key" | "cues" | "seconds">[];
  written: Written;
  /** Whether a receipt covers all of it, so the same run needs no work next time. */
  isKnown: boolean;
}

/** How runs are printed. */
export interface Verbosity {
  json: boolean;
  /** Print nothing but warnings, errors and JSON. */
  quiet: boolean;
}

const STYLES: Partial<Record<SummaryRow["kind"], (text: string) => string>> = {
  headline: bold,
  remark: yellow,
  confirmed: green,
};

/** The first line of a run: its name, and what it does. */
export function titleLine(runName: string, title: string): string {
  return `${bold(visible(runName))}  ${dim(visible(title))}`;
}

/** Prints the title and the stages of a known run, as if they had just been looked up. */
export function printKnownRun(runName: string, known: KnownRun, { quiet }: Verbosity): EndedRun {
  const { title, stages, rows, metrics } = known;
  if (!quiet) {
    print([titleLine(runName, title), ...stages.map((s) => hitLine(s.stage, s.bytes, 0, s.seconds))].join("\n"));
  }
  const hits = stages.map(({ stage, key }) => ({ stage, action: "hit" as const, key, cues: [], seconds: 0 }));
  return { rows, metrics, stages: hits, written: "unchanged", isKnown: true };
}

/** Prints the end of a run whose results are in `folder`. */
export function printEnd(folder: string, ended: EndedRun, seconds: number, { json, quiet }: Verbosity): void {
  const { metrics, stages, rows, written } = ended;
  if (json) print(JSON.stringify({ ...metrics, folder, stages, seconds }));
  if (json || quiet) return;
  print(tableText([
    ...rows.map(({ kind, name, text, note }) => {
      const styled = STYLES[kind]?.(text) ?? text;
      return [`  ${name}`, note ? `${styled}  ${note}` : styled];
    }),
    ["  page", join(folder, "report.html")],
    ["  folder", `${bold(join(folder, "/"))}  ${dim(`${written} · ${secondsText(seconds)}`)}`],
  ]));
}

/** Prints, as JSON, a run that was not finished: so every run of a command has a line. */
export function printUnfinished(
  run: { run: string; status: "failed" | "stopped"; stage: string | null; error: string; folder: string },
): void {
  print(JSON.stringify(run));
}

/** A run that has ended, as `compare` reads it from its folder, with its place in a grid. */
export function storedRun({ runName: name, experiment, choices }: Variant, metrics: StoredRun["metrics"]): StoredRun {
  return { name, experiment: experiment as unknown as StoredRun["experiment"], metrics, choices };
}
