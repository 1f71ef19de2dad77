/** What a pipeline offers besides its stages, and how params refer to it. */
import { z, type ZodRawShape, type ZodType } from "zod";
import type { AugmentationDefinition } from "../../core/augmentations/augmentation.ts";
import type { InitDefinition } from "../../core/inits/initialization.ts";
import type { LayerDefinition } from "../../core/layers/layer.ts";
import type { LossDefinition } from "../../core/losses/loss.ts";
import type { OptimizerDefinition } from "../../core/optimizers/optimizer.ts";
import type { ScheduleDefinition } from "../../core/schedules/schedule.ts";
import type { CodeRoot } from "../engine/keys/code_map.ts";
import type { DatasetDefinition, SourceDefinition } from "./dataset.ts";
import type { FormatDefinition } from "./format.ts";

/** Definitions that the params of stages can refer to. */
export interface Library {
  readonly layers: readonly LayerDefinition[];
  readonly inits: readonly InitDefinition[];
  readonly losses: readonly LossDefinition[];
  readonly optimizers: readonly OptimizerDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly augmentations: readonly AugmentationDefinition[];
  readonly datasets: readonly DatasetDefinition[];
  readonly sources: readonly SourceDefinition[];
  readonly formats: readonly FormatDefinition[];
  /** The folders that contain code. */
  readonly roots: readonly CodeRoot[];
}

/** The definition with this name. @throws TypeError if there is none, which the schema of params rules out. */
export function named<D extends { readonly name: string }>(definitions: readonly D[], name: string): D {
  const found = definitions.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new TypeError(`No definition is named "${name}". Available: ${definitions.map((one) => one.name).join(", ")}.`);
}

/** The schema of a field that holds the name of a definition. */
export function nameOf(definitions: readonly { readonly name: string }[]): ZodType<string> {
  return z.enum(definitions.map(({ name }) => name) as [string, ...string[]]);
}

/** A definition that an experiment can choose. */
interface Choice {
  readonly name: string;
  readonly about: string;
  /** The fields of its params. */
  readonly params: ZodRawShape;
}

/** The schema of an object that chooses a definition in `field` and holds its params. Default: the first definition. */
export function choiceOf(choices: readonly Choice[], field: string): ZodType<Record<string, unknown>> {
  const forms = choices.map(({ name, about, params }, i) => {
    const own = i === 0 ? z.literal(name).optional().transform((given) => given ?? name) : z.literal(name);
    return z.strictObject({ [field]: own.describe(about), ...params });
  });
  return z.discriminatedUnion(field, forms as never);
}

/** The schema of a field that holds the name of a definition, or an object with its name and its params. */
export function nameOrChoiceOf(choices: readonly Choice[]): ZodType<string | Record<string, unknown>> {
  const name = nameOf(choices).superRefine((name, context) => {
    const { params } = named(choices, name);
    const [required] = Object.keys(params).filter((field) =>
      !z.object({ [field]: params[field] }).safeParse({}).success
    );
    if (required === undefined) return;
    const message = `"${name}" alone does not say everything: write { "name": "${name}", "${required}": … }`;
    context.addIssue({ code: "custom", message });
  });
  return z.union([name, choiceOf(choices, "name")]);
}
