/** What a check is: a mistake in an experiment that is known before the stage in which it would show. */
import { declared, type Written } from "../../core/declared.ts";
import type { Artifact, Definition } from "../engine/stage/kind.ts";
import type { Experiment } from "./experiment.ts";
import type { Library } from "./library.ts";

/** What is known of a run: first its params, then, stage by stage, what is stored or has been computed. */
export interface KnownOfRun {
  readonly params: Experiment["pipeline"];
  readonly library: Library;
  /** The stages that output an artifact of this name, in the order of the chain. */
  makersOf(artifact: string): readonly string[];
  /** The artifact that a stage output; null if it is not known yet. */
  artifact(stage: string, name: string): Artifact | null;
}

/** A check, as one file defines it. It is done when an experiment is loaded, and again before each stage that runs. */
export interface CheckDefinition extends Definition {
  readonly name: string;
  readonly about: string;
  /** The field of the experiment that is at fault: ["pipeline", "train", "model"]. */
  readonly path: readonly string[];
  /** @throws Error that says what does not fit. It must not throw for what is not known yet. */
  check(known: KnownOfRun): void;
}

/** Declares a check. */
export function defineCheck(check: Written<CheckDefinition>): CheckDefinition {
  return declared("checks", check);
}
