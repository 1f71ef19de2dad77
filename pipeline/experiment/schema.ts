/** The schema of a pipeline's experiment files: in zod, which checks them, and as JSON Schema, for editors. */
import { z, type ZodType } from "zod";
import type { Pipeline } from "../define/define_pipeline.ts";
import { chainSchema, perChain } from "./chain.ts";
import { sweepSchema } from "./sweep_schema.ts";
import { MODULE } from "./uses.ts";

/** The schema of an experiment's seed. */
export const seedSchema = z.int().nonnegative().default(0);

/**
 * The schema of an experiment with this chain (default: the pipeline's): the params of its stages, in order, with their
 * defaults. Params of the pipeline's other stages are optional, so editors know them.
 */
export const experimentSchema = perChain((pipeline, chain) =>
  z.strictObject({
    $schema: z.string().optional().describe("Where an editor finds this schema."),
    extends: z.string().optional().describe(
      "Another experiment file, relative to this one, for the values that this one omits. It must be in the folder of " +
        "the file that is run, in the current one, or in one that is passed with --data.",
    ),
    name: z.string().regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      "letters, digits, dots, dashes and underscores, starting with a letter or digit",
    ).max(100).refine(isPortable, "a name that Windows allows for a folder: not nul or con, and no dot at the end")
      .refine((name) => !name.endsWith(".sweep"), "a name that does not end in .sweep, as folders of sweeps do")
      .optional().describe("The name of the folder in results/. Default: the file's name."),
    about: z.string().optional().describe("What the experiment shows, in a line or two."),
    seed: seedSchema.describe("The seed of every stage that draws random numbers and has no seed of its own."),
    uses: z.array(z.string().regex(MODULE, "the path of a TypeScript or JavaScript module")).min(1).optional()
      .describe(
        "Modules with definitions of your own (stages, layers, losses, optimizers, figures, charts, …), relative to this file.",
      ),
    ...chainSchema(pipeline).shape,
    sweep: sweepSchema(pipeline).optional().describe("What the command sweep varies, and how it searches."),
    pipeline: z.strictObject(stageFields(pipeline, chain)).describe("The params of each stage."),
  })
);

/** The schema for editors: it has the params of all stages that the pipeline offers. */
export function experimentJsonSchema(pipeline: Pipeline): Record<string, unknown> {
  const schema = z.toJSONSchema(experimentSchema(pipeline), { io: "input", unrepresentable: "any" });
  // Editors then allow comments in files with this schema.
  return { title: "Retrace experiment", allowComments: true, ...schema };
}

/** The paths, in the form of --set, of the experiment's seed and of the stages' seeds for which it is the default. */
export function seedPaths(pipeline: Pipeline): readonly string[] {
  const seeded = schemasOfStages(pipeline).filter(({ params }) => "seed" in ((params as z.ZodObject).shape ?? {}));
  return ["seed", ...seeded.map(({ stage }) => `${stage.name}.seed`)];
}

/** The stages with the schemas of their params. */
const schemasOfStages = perChain((pipeline) =>
  pipeline.stages.map((stage): { stage: typeof stage; params: ZodType } => ({ stage, params: stage.params(pipeline) }))
);

function stageFields(pipeline: Pipeline, chain: readonly string[]): Record<string, ZodType> {
  const fields = schemasOfStages(pipeline).map(({ stage: { name, about }, params }): [string, ZodType] => {
    const complete = params.safeParse({}).success ? params.prefault({}) : params;
    return [name, (chain.includes(name) ? complete : params.optional()).describe(about)];
  });
  // In the order of the chain; the other stages come last.
  const index = (name: string) => chain.includes(name) ? chain.indexOf(name) : chain.length;
  return Object.fromEntries(fields.sort(([a], [b]) => index(a) - index(b)));
}

/** Windows reserves some names for devices, whatever follows a dot, and drops a dot at the end. */
function isPortable(name: string): boolean {
  return !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) && !name.endsWith(".");
}
