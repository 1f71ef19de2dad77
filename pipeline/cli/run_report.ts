/** What is printed about a run: its title before it starts, and its figures and files when it has ended. */
import { join } from "node:path";
import type { StoredRun } from "../compare/compare_runs.ts";
import type { Variant } from "../experiment/variants.ts";
import type { ClosingRow } from "../results/closing_rows.ts";
import type { KnownRun, KnownStage } from "../results/known.ts";
import type { Written } from "../results/results.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { secondsText } from "../text/numbers.ts";
import { hitLine } from "./stage_text.ts";
import { bold, dim, print, tableText, yellow } from "./terminal.ts";

/** What `--json` prints of a stage. */
type EndedStage = Pick<StageResult, "stage" | "action" | "key" | "cues" | "seconds">;

/** A run that has ended. Known runs, which did nothing, have the same. */
export interface EndedRun extends Omit<KnownRun, "stages"> {
  stages: EndedStage[];
  written: Written;
  /** Whether a receipt says all of this, so that the same run needs no work when it is asked for again. */
  isKnown: boolean;
}

/** How runs are printed. */
export interface Verbosity {
  json: boolean;
  /** Nothing is printed but warnings, errors and JSON. */
  quiet: boolean;
}

/** The first line of a run: its name, and what it does. */
export function titleLine(runName: string, title: string): string {
  return `${bold(runName)}  ${dim(title)}`;
}

/** Prints the title and the stages of a known run, as if they had just been looked up. */
export function printKnownRun(runName: string, { title, stages, ...known }: KnownRun, { quiet }: Verbosity): EndedRun {
  if (!quiet) {
    print(titleLine(runName, title));
    stages.forEach((stage) => print(hitLine(stage.stage, stage.bytes, 0, stage.seconds)));
  }
  const hit = ({ stage, key }: KnownStage): EndedStage => ({ stage, action: "hit", key, cues: [], seconds: 0 });
  return { title, ...known, stages: stages.map(hit), written: "unchanged", isKnown: true };
}

/** Prints the end of a run whose results are in `folder`. */
export function printEnd(folder: string, ended: EndedRun, seconds: number, { json, quiet }: Verbosity): void {
  const { metrics, stages, rows, written } = ended;
  if (json) print(JSON.stringify({ ...metrics, folder, stages, seconds }));
  if (json || quiet) return;
  const status = dim(`${written} · ${secondsText(seconds)}`);
  const table = [
    ...rows.map(({ kind, name, text, note }) => [`  ${name}`, `${STYLES[kind](text)}${note ? `  ${note}` : ""}`]),
    ["  page", join(folder, "report.html")],
    ["  folder", `${bold(join(folder, "/"))}  ${status}`],
  ];
  print(tableText(table, ["left", "left"]));
}

/** A run that has ended as `compare` reads it from its folder. */
export function storedRun({ runName: name, experiment }: Variant, metrics: Record<string, unknown>): StoredRun {
  return { name, experiment: experiment as unknown as StoredRun["experiment"], metrics };
}

const STYLES: Record<ClosingRow["kind"], (text: string) => string> = {
  headline: bold,
  figure: (text) => text,
  remark: yellow,
  files: (text) => text,
};
