/** What a target is: another tool, and the files that it reads of a run. `export` writes them where the user wants them. */
import { declared, type Written } from "../../core/declared.ts";
import type { Definition } from "../engine/stage/kind.ts";
import type { FinishedRun } from "./figure.ts";

/** Files by their names. */
export type TargetFiles = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/** What the user chooses. */
export interface TargetOptions {
  /** Write the test set as well, to compare what was exported with the run. */
  readonly check: boolean;
}

/** A target, as one file defines it. */
export interface TargetDefinition extends Definition {
  /** The value of `--to`: "pytorch". */
  readonly name: string;
  readonly about: string;
  /** The outputs that it needs; a run without one of them cannot be exported to it. */
  readonly from?: string | readonly string[];
  /** The command, or the line of code, to begin with, for a folder with the files. */
  begin?(folder: string, options: TargetOptions): string;
  /**
   * The files: the same bytes for the same run on every machine.
   * @throws DefinitionError if a layer does not say how it is written for this tool.
   */
  write(run: FinishedRun, options: TargetOptions): TargetFiles | Promise<TargetFiles>;
}

/** Declares a target. */
export function defineTarget(target: Written<TargetDefinition>): TargetDefinition {
  return declared("targets", target);
}
