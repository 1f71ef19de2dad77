/** What an export is: a file that a run leaves in its results folder for other programs. */
import type { FinishedRun } from "./finished_run.ts";

/** An export, as one file defines it. */
export interface ExportDefinition {
  /** The file's name: "history.csv". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Whether the run has it; left out: every run. */
  when?(run: FinishedRun): boolean;
  /** The bytes: the same for the same run, on every machine. */
  write(run: FinishedRun): Uint8Array<ArrayBuffer>;
}

/** Declares an export. */
export function defineExport(definition: ExportDefinition): ExportDefinition {
  return definition;
}
