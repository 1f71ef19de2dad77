/** What an export is: a file in a run's results folder for other programs. */
import { declared, type Written } from "../../core/declared.ts";
import type { Definition } from "../engine/stage/kind.ts";
import type { FinishedRun } from "./figure.ts";

/** An export, as one file defines it. */
export interface ExportDefinition extends Definition {
  /** The file's name: "history.csv". */
  readonly name: string;
  readonly about: string;
  /** The outputs it is computed from; a run without one of them lacks it. */
  readonly from?: string | readonly string[];
  /** True if a run with these outputs has the file. Default: every run. */
  when?(run: FinishedRun): boolean;
  /** The bytes; the same for the same run on every machine. */
  write(run: FinishedRun): Uint8Array<ArrayBuffer>;
}

/** Declares an export. */
export function defineExport(definition: Written<ExportDefinition>): ExportDefinition {
  return declared("exports", definition);
}
