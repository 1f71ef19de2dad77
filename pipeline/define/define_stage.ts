/** Declares stages of a pipeline, with inferred types. */
import type { FoldStage, InputSpecs, OutputSpecs, PlainStage } from "../engine/stage/stage.ts";
import type { Library } from "./library.ts";

export { artifactKind, eachStep, type Kind, only } from "../engine/stage/kind.ts";

/** Declares a stage that computes all of its outputs at once. */
export function defineStage<P, I extends InputSpecs, O extends OutputSpecs>(
  stage: Omit<PlainStage<P, I, O, Library>, "kind">,
): PlainStage<P, I, O, Library> {
  return { kind: "plain", ...stage };
}

/** Declares a stage that works step by step: a fold. */
export function defineFold<P, I extends InputSpecs, O extends OutputSpecs, E extends OutputSpecs>(
  stage: Omit<FoldStage<P, I, O, Library, E>, "kind">,
): FoldStage<P, I, O, Library, E> {
  return { kind: "fold", ...stage };
}
