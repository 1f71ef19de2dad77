/** The experiment file, as one zod schema: it types the code, checks the file, and makes the JSON Schema for editors. */
import { z } from "zod";
import { batch, download, normalize, tensorize, train, validate } from "../classifier/stages/mod.ts";

/** An experiment, checked and complete. */
export const experimentSchema = z.strictObject({
  $schema: z.string().optional().describe("Where an editor finds this schema."),
  extends: z.string().optional().describe(
    "Another experiment file, relative to this one, whose values count where this one is silent. It must lie in " +
      "the folder of the file that is run, in the current one, or in one that --data names.",
  ),
  name: z.string().regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "letters, digits, dots, dashes and underscores, starting with a letter or digit",
  ).max(100).refine(isNameEverywhere, "a name that Windows can give to a folder: not nul or con, no dot at its end")
    .describe("Names the folder in results/. Left out, the file's name."),
  about: z.string().optional().describe("What the experiment shows, in a line or two."),
  seed: z.int().nonnegative().default(0).describe(
    "Seeds both the weights and the batch order, unless a stage names its own.",
  ),
  pipeline: z.strictObject({
    download: download.params.prefault({}).describe(download.about),
    tensorize: tensorize.params.prefault({}).describe(tensorize.about),
    normalize: normalize.params.prefault({}).describe(normalize.about),
    batch: batch.params.prefault({}).describe(batch.about),
    train: train.params.describe(train.about),
    validate: validate.params.prefault({}).describe(validate.about),
  }).describe("The params of each stage."),
});

/** Windows keeps some names for devices, whatever comes after a dot, and drops a dot at the end. */
function isNameEverywhere(name: string): boolean {
  return !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) && !name.endsWith(".");
}

/** An experiment with every default filled in. */
export type Experiment = z.output<typeof experimentSchema>;

/** The schema for editors. */
export function experimentJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(experimentSchema, { io: "input" }) as Record<string, unknown> & { required: string[] };
  // The file's name stands in for a name that is left out.
  return { title: "Retrace experiment", ...schema, required: schema.required.filter((field) => field !== "name") };
}
