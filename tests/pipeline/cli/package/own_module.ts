/** An experiment with a stage and a layer of a user's own, which import the library, a file and a package. */
import { join } from "node:path";

const MODULE = `import { dataset, defineLayer, defineStage, reluOp, z } from "retrace";
import leftPad from "npm:left-pad@1.3.0";
import { width } from "./width.ts";

export const same = defineStage({
  name: "same",
  about: "Give the dataset on.",
  params: () => z.strictObject({ times: z.number() }),
  inputs: { dataset },
  outputs: { dataset },
  run({ params, inputs }) {
    if (leftPad("x", width).length !== params.times) throw new Error("not padded");
    return { dataset: inputs.dataset };
  },
});

export const rectify = defineLayer({
  name: "rectify",
  about: "As relu.",
  args: {},
  shape: (input) => input,
  forward: ({ tape, x }) => tape.apply(reluOp, [x]),
  activation: true,
});
`;

/** Writes the files to the folder `own` of another one; `experiment` is the one that is changed. */
export function writeOwnModule(folder: string, experiment: string): void {
  const { $schema: _, pipeline, ...rest } = JSON.parse(Deno.readTextFileSync(experiment));
  const { layers, ...sizes } = pipeline.train.model;
  const model = { layers: layers.map((layer: string) => layer === "relu" ? "rectify" : layer), ...sizes };
  const own = {
    ...rest,
    name: "own",
    uses: ["./mine.ts"],
    chain: ["download", "tensorize", "same", "normalize", "batch", "train", "validate"],
    pipeline: { ...pipeline, same: { times: 7 }, train: { ...pipeline.train, model, epochs: 1 } },
  };
  const files = {
    "own.json": JSON.stringify(own),
    "mine.ts": MODULE,
    "width.ts": "export const width: number = 7;\n",
    // Editors find the types under the name of the package.
    "typed.ts": MODULE.replace('"retrace"', '"retrace-ml"').replace(
      /import leftPad.*\n/,
      "declare const leftPad: any;",
    ),
  };
  Deno.mkdirSync(join(folder, "own"));
  for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(join(folder, "own", name), text);
}
