/** The experiment file of a pipeline: as a zod schema, which checks it, and as JSON Schema, for editors. */
import { z, type ZodType } from "zod";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Stage } from "../engine/stage/stage.ts";
import { chainSchema, perChain } from "./chain.ts";

/** The schema of an experiment's seed. */
export const seedSchema = z.int().nonnegative().default(0);

/**
 * The schema of an experiment with this chain, by default the pipeline's own: params of the stages in the chain, in its
 * order, with their defaults. Other stages that the pipeline offers may have params, too, for editors to know them.
 */
export const experimentSchema = perChain((pipeline, chain) =>
  z.strictObject({
    $schema: z.string().optional().describe("Where an editor finds this schema."),
    extends: z.string().optional().describe(
      "Another experiment file, relative to this one, that gives the values which this one leaves out. It must lie in " +
        "the folder of the file that is run, in the current one, or in one that --data names.",
    ),
    name: z.string().regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      "letters, digits, dots, dashes and underscores, starting with a letter or digit",
    ).max(100).refine(isNameEverywhere, "a name that Windows allows for a folder: not nul or con, no dot at its end")
      .optional().describe("Names the folder in results/. Left out, the file's name."),
    about: z.string().optional().describe("What the experiment shows, in a line or two."),
    seed: seedSchema.describe("Seeds every stage that draws random numbers, unless the stage has a seed of its own."),
    ...chainSchema(pipeline).shape,
    pipeline: z.strictObject(stageFields(pipeline, chain)).describe("The params of each stage."),
  })
);

/** The schema for editors: it has the params of every stage that the pipeline offers. */
export function experimentJsonSchema(pipeline: Pipeline): Record<string, unknown> {
  const schema = z.toJSONSchema(experimentSchema(pipeline), { io: "input", unrepresentable: "any" });
  return { title: "Retrace experiment", ...schema };
}

/** The paths, as --set takes them, of the experiment's seed and of the stages' seeds that it stands in for. */
export function seedPaths(pipeline: Pipeline): readonly string[] {
  const seeded = paramsOfStages(pipeline).filter(({ params }) => "seed" in ((params as z.ZodObject).shape ?? {}));
  return ["seed", ...seeded.map(({ stage }) => `${stage.name}.seed`)];
}

/** The stages with the schemas of their params. */
const paramsOfStages = perChain((pipeline): { stage: Stage; params: ZodType }[] =>
  pipeline.stages.map((stage) => ({ stage, params: stage.params(pipeline) }))
);

function stageFields(pipeline: Pipeline, chain: readonly string[]): Record<string, ZodType> {
  const fields = paramsOfStages(pipeline).map(({ stage: { name, about }, params }): [string, ZodType] => {
    const complete = params.safeParse({}).success ? params.prefault({}) : params;
    return [name, (chain.includes(name) ? complete : params.optional()).describe(about)];
  });
  // As they are in the chain; those that are not in it come last.
  const place = (name: string) => chain.includes(name) ? chain.indexOf(name) : chain.length;
  return Object.fromEntries(fields.sort(([a], [b]) => place(a) - place(b)));
}

/** Windows reserves some names for devices, whatever comes after a dot, and drops a dot at the end. */
function isNameEverywhere(name: string): boolean {
  return !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) && !name.endsWith(".");
}
