/** How far runs are, by what is stored: nothing is run, and no file but those of the store is read. */
import type { Pipeline } from "../define/define_pipeline.ts";
import type { CodeReader } from "../engine/keys/code.ts";
import { ConfigError } from "../engine/run_errors.ts";
import type { Variant } from "../experiment/variants.ts";
import { subjectOf } from "../results/keep_known.ts";
import { planVariants } from "./experiment_plan.ts";
import type { RunSurvey } from "./protocol.ts";

/** Looks up what is stored of variants. */
export function surveyOf(
  pipeline: Pipeline,
  variants: readonly Variant[],
  code: CodeReader,
  choices: { cache: string },
): RunSurvey[] {
  return planVariants(pipeline, variants, code, { cache: choices.cache }).map(({ stages }, i) => ({
    subject: subjectOf(variants[i], { pipeline, code }),
    isDone: stages.every(({ action }) => action === "hit"),
    steps: stages.find(({ steps }) => steps !== undefined)?.steps ?? null,
  }));
}

/** @throws ConfigError unless the subject of a variant begins as it did when another process chose it. */
export function checkSubject(
  expected: string | undefined,
  variant: Variant,
  { pipeline, code }: { pipeline: Pipeline; code: CodeReader },
): void {
  if (expected === undefined || subjectOf(variant, { pipeline, code }).startsWith(expected)) return;
  throw new ConfigError(
    `${variant.runName}: ${variant.file}, or code that it uses, was edited after this was submitted. Submit it again.`,
  );
}
