/** Declares stages and names their outputs, with their types inferred from the declaration. */
import type { FoldStage, OutputRef, OutputSpec, PlainStage } from "./stage.ts";

type InputSpecs = Record<string, OutputRef>;

/** Declares a stage that makes its outputs in one go. */
export function plainStage<P, I extends InputSpecs>(stage: Omit<PlainStage<P, I>, "kind">): PlainStage<P, I> {
  return { kind: "plain", ...stage };
}

/** Declares a stage that makes its outputs step by step. */
export function foldStage<P, I extends InputSpecs>(stage: Omit<FoldStage<P, I>, "kind">): FoldStage<P, I> {
  return { kind: "fold", ...stage };
}

/**
 * Names an output of `stage`, as an input of a later one.
 * @throws TypeError when the stage declares no such output: a mistake in the declaration, found when it is loaded.
 */
export function outputOf(
  stage: { name: string; outputs: Record<string, OutputSpec> },
  output: string,
): OutputRef<false> {
  mustDeclare(stage.name, stage.outputs, output);
  return { stage: stage.name, output, each: false };
}

/** Names an output that the fold `stage` makes at every step; the input arrives as a list, step 0 first. */
export function eachOutputOf(
  stage: { name: string; each: Record<string, OutputSpec> },
  output: string,
): OutputRef<true> {
  mustDeclare(stage.name, stage.each, output);
  return { stage: stage.name, output, each: true };
}

function mustDeclare(stage: string, outputs: Record<string, OutputSpec>, output: string): void {
  if (!Object.hasOwn(outputs, output)) {
    throw new TypeError(
      `Stage ${stage} declares no output "${output}"; it declares ${Object.keys(outputs).join(", ")}.`,
    );
  }
}
