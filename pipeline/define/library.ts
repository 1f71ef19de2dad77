/** What a pipeline offers beside its stages, and how params name it. */
import { z, type ZodRawShape, type ZodType } from "zod";
import type { InitDefinition } from "../../core/inits/init.ts";
import type { LayerDefinition } from "../../core/layers/layer.ts";
import type { LossDefinition } from "../../core/losses/loss.ts";
import type { OptimizerDefinition } from "../../core/optimizers/optimizer.ts";
import type { DatasetDefinition } from "./dataset.ts";
import type { FormatDefinition } from "./format.ts";
import type { SourceDefinition } from "./source.ts";

/** Definitions that stages name in their params. */
export interface Library {
  readonly layers: readonly LayerDefinition[];
  readonly inits: readonly InitDefinition[];
  readonly losses: readonly LossDefinition[];
  readonly optimizers: readonly OptimizerDefinition[];
  readonly datasets: readonly DatasetDefinition[];
  readonly sources: readonly SourceDefinition[];
  readonly formats: readonly FormatDefinition[];
}

/**
 * The definition of this name. Params are checked before a stage runs, so that they name only what is there.
 * @throws TypeError when there is none.
 */
export function named<D extends { readonly name: string }>(definitions: readonly D[], name: string): D {
  const found = definitions.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new TypeError(`There is no definition "${name}" among ${definitions.map((one) => one.name).join(", ")}.`);
}

/** A field that holds the name of a definition. */
export function nameOf(definitions: readonly { readonly name: string }[]): ZodType<string> {
  return z.enum(definitions.map(({ name }) => name) as [string, ...string[]]);
}

/** A definition that an experiment may choose: its name, and the fields that come with it. */
export interface Choice {
  readonly name: string;
  readonly about: string;
  readonly fields: ZodRawShape;
}

/** An object that names one of some definitions in `field`, and holds its params; without a name the first is meant. */
export function choiceOf(choices: readonly Choice[], field: string): ZodType<Record<string, unknown>> {
  const forms = choices.map(({ name, about, fields }, i) => {
    const own = i === 0 ? z.literal(name).optional().transform((given) => given ?? name) : z.literal(name);
    return z.strictObject({ [field]: own.describe(about), ...fields });
  });
  return z.discriminatedUnion(field, forms as never);
}
