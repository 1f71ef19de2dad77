/** What a search is: how the trials of a sweep are chosen, and which of them are trained further. */
import { z, type ZodRawShape } from "zod";
import { declared, type Written } from "../../core/declared.ts";
import type { Definition } from "../engine/stage/kind.ts";
import type { Plain } from "../engine/store/digest.ts";

/** A parameter that varies: values to choose from, or a range of numbers. */
export const parameterSchema = z.union([
  z.strictObject({ values: z.array(z.json()).min(1).describe("The values.") }),
  z.strictObject({
    min: z.number().describe("The smallest value."),
    max: z.number().describe("The largest value."),
    scale: z.enum(["linear", "log"]).default("linear").describe(
      "Whether values are spread evenly, or their logarithms: 0.001, 0.01, 0.1.",
    ),
    integer: z.boolean().default(false).describe("Whether values are integers."),
    points: z.int().min(2).max(1000).optional().describe("For a grid: this many values, from min to max."),
  })
    .refine(({ min, max }) => min < max, "min must be less than max")
    .refine(({ scale, min }) => scale === "linear" || min > 0, "min must be positive where the scale is log")
    .refine(({ integer, min, max }) => !integer || (Number.isInteger(min) && Number.isInteger(max)), {
      message: "min and max must be integers where values are",
    }),
], { error: '{ "values": […] } or { "min": …, "max": … }' });

/** A parameter as an experiment file has it. */
export type Parameter = z.infer<typeof parameterSchema>;

/** What varies, by path as in `--set`: "train.optimizer.lr". */
export type Space = Readonly<Record<string, Parameter>>;

/** The values of a trial, by path. */
export type Choices = Readonly<Record<string, Plain>>;

/** Trials that compete: at each rung they are trained to an epoch, null for their last, and the best `keeps` go on. */
export interface Bracket {
  /** Their numbers. */
  readonly trials: readonly number[];
  readonly rungs: readonly { readonly epochs: number | null; readonly keeps: number }[];
}

/** A search, as one file defines it. `P` are its own params. */
export interface SearchDefinition<P = Record<string, unknown>> extends Definition {
  /** The value of "method": "halving". */
  readonly name: string;
  readonly about: string;
  /** The fields of its params, beside those that all searches have. */
  readonly params: ZodRawShape;
  /**
   * The values of the trials, all different. Fewer trials are the first ones of more.
   * @throws ConfigError if it cannot search this space.
   */
  trials(space: Space, params: P, epochs: number): Choices[];
  /**
   * How the trials compete, with `epochs` of training in all. Default: all are trained to the end.
   * @throws ConfigError if its params do not fit the epochs.
   */
  brackets?(trials: number, params: P, epochs: number): Bracket[];
}

/** Declares a search. */
export function defineSearch<P>(search: Written<SearchDefinition<P>, "params">): SearchDefinition {
  return declared("searches", { params: {}, ...search });
}
