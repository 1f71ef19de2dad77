/** Declares stages of a pipeline, with inferred types. */
import { z } from "zod";
import { declared, type Written } from "../../core/declared.ts";
import type { FoldStage, InputSpecs, OutputSpecs, PlainStage } from "../engine/stage/stage.ts";
import type { Library } from "./library.ts";

export { artifactKind, eachStep, type Kind, only } from "../engine/stage/kind.ts";

/** What a stage has that does not write it. */
const OMITTED = { version: 1, params: () => z.strictObject({}) };

/** Declares a stage that computes all of its outputs at once. */
export function defineStage<P, I extends InputSpecs, O extends OutputSpecs>(
  stage: Written<Omit<PlainStage<P, I, O, Library>, "kind">, "version" | "params">,
): PlainStage<P, I, O, Library> {
  return declared("stages", { kind: "plain", ...OMITTED, ...stage });
}

/** Declares a stage that works step by step: a fold. */
export function defineFold<P, I extends InputSpecs, O extends OutputSpecs, E extends OutputSpecs>(
  stage: Written<Omit<FoldStage<P, I, O, Library, E>, "kind">, "version" | "params">,
): FoldStage<P, I, O, Library, E> {
  return declared("stages", { kind: "fold", ...OMITTED, ...stage });
}
