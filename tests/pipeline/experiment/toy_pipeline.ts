/** A small pipeline for tests that load experiments. Its stages have params and are wired, but compute nothing. */
import { z } from "zod";
import { definePipeline, type Pipeline } from "../../../pipeline/define/define_pipeline.ts";
import { artifactKind, defineStage } from "../../../pipeline/define/define_stage.ts";
import type { NamedFolder, Stage } from "../../../pipeline/engine/stage/stage.ts";

const table = artifactKind("table", { format: "json", about: "Rows." });
const model = artifactKind("model", { format: "json", about: "Weights." });
const seed = z.int().nonnegative().default(0).describe("The seed.");

/** A stage with a table as input and output; its params are `fields`. */
export function toyStage(name: string, fields: z.ZodRawShape, rest: Partial<Stage> = {}): Stage {
  return {
    ...defineStage({
      name,
      version: 1,
      about: `Does ${name}.`,
      source: import.meta.url,
      params: () => z.strictObject(fields),
      inputs: { table },
      outputs: { table },
      run: ({ inputs }) => inputs,
    }),
    ...rest,
  } as Stage;
}

const source = z.discriminatedUnion("from", [
  z.strictObject({ from: z.literal("shop").describe("Bought."), item: z.string().default("rows").describe("What.") }),
  z.strictObject({ from: z.literal("disk").describe("There."), path: z.string().min(1).describe("A folder.") }),
]);

const optimizer = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("basic"), lr: z.number().positive() }),
  z.strictObject({ name: z.literal("sgd"), lr: z.number().positive(), momentum: z.number().default(0) }),
]);

interface CollectParams {
  source: { from: string };
  files: string[];
}

const collect = toyStage("collect", {
  source: source.prefault({ from: "shop" }).describe("Where rows come from."),
  files: z.array(z.string().regex(/^(?!\.{1,2}$)[^/\\\0]+$/, "a file name")).default(["a", "b"]).describe("Names."),
}, {
  inputs: {},
  folders: ({ source, files }: CollectParams): NamedFolder[] =>
    source.from === "disk" ? [{ at: ["source", "path"], files: files.flatMap((name) => [name, `${name}.gz`]) }] : [],
});

const scale = toyStage("scale", {
  mode: z.enum(["unit", "none"]).default("unit").describe("How."),
  factor: z.number().positive().default(1).describe("By how much."),
});

const shuffle = toyStage("shuffle", { size: z.int().positive().default(64).describe("Rows in a batch."), seed });

const fit = toyStage("fit", {
  model: z.array(z.string()).min(1).describe("Layers."),
  loss: z.strictObject({ reduction: z.enum(["sum", "mean"]).default("mean") }).prefault({}).describe("The loss."),
  optimizer: optimizer.describe("The optimizer."),
  epochs: z.int().nonnegative().describe("Passes."),
  note: z.string().nullable().optional().describe("A remark."),
  seed,
}, { outputs: { model } });

const judge = toyStage("judge", { batch_size: z.int().positive().default(64).describe("Rows in a batch.") }, {
  inputs: { table, model },
  outputs: {},
});

/** A stage that the pipeline offers, but that is not in its chain. */
export const noise: Stage = toyStage("noise", { std: z.number().positive().describe("How much."), seed });

/** A chain of five stages, and noise, which an experiment can add. */
export const toys: Pipeline = definePipeline({
  stages: [collect, scale, shuffle, fit, judge, noise],
  chain: ["collect", "scale", "shuffle", "fit", "judge"],
});
