/** The trained model, for other programs and for `predict`. */
import { defineExport } from "../../define/export.ts";
import type { FinishedRun } from "../../define/figure.ts";
import { artifactsOf, type Graph } from "../../engine/stage/stage_graph.ts";
import { encodeJson } from "../../formats/json.ts";
import { decodeNpy } from "../../formats/npy.ts";
import { namesOf } from "../kinds/dataset_names.ts";
import { readExampleShape } from "../kinds/example_shape.ts";
import type { moments } from "../kinds/json_kinds.ts";
import { SPLIT } from "../kinds/stage_names.ts";

/** weights.safetensors: the last checkpoint. */
export const weights = defineExport({
  name: "weights.safetensors",
  about: "The model's parameters after the last epoch.",
  source: import.meta.url,
  from: "checkpoint",
  write: (run) => run.artifact("checkpoint").bytes(),
});

/** normalize.npy: what turns a byte of an image into the number that the model is given. */
export const normalization = defineExport({
  name: "normalize.npy",
  about: "The number that the model is given for each value of a byte; empty where images are not bytes.",
  source: import.meta.url,
  from: ["checkpoint", "table"],
  write: (run) => run.artifact("table").bytes(),
});

/**
 * input.json: how an image becomes the model's input. JSON has the shortest digits that give a float64 back, so mean and
 * std are exactly those of the normalize stage, which rounds them to float32 before it uses them.
 */
export const input = defineExport({
  name: "input.json",
  about:
    "The shape of an image, the type and scale of its numbers, the mean and std they were normalized with, the names of " +
    "columns, classes and targets, if there are some, and of other stages that changed the test images.",
  source: import.meta.url,
  from: ["checkpoint", "table", "example_shape"],
  write(run) {
    const areBytes = decodeNpy(run.artifact("table").bytes(), "table").data.length > 0;
    const used = run.has("moments") ? run.output<ReturnType<typeof moments.open>>("moments") : null;
    return encodeJson({
      shape: readExampleShape(run.artifact("example_shape")),
      type: areBytes ? "uint8" : "float32",
      scale: areBytes ? run.experiment.pipeline.tensorize?.scale : "none",
      ...(used === null ? {} : { mean: used.mean, std: used.std, measured: used.measured }),
      // Only the lists that are not empty.
      ...Object.fromEntries(
        Object.entries({ ...namesOf(run), changed_by: changersOf(run) }).filter(([, names]) => names.length > 0),
      ),
    });
  },
});

/** The stages after the one that read the dataset's files, but for those that choose or normalize rows, that changed the test images. */
function changersOf({ graph, artifact }: FinishedRun): string[] {
  const outputs = (stage: Graph[number]["stage"], name: string) => Object.hasOwn(artifactsOf(stage.outputs), name);
  const first = graph.findIndex(({ stage }) => outputs(stage, "table"));
  const later = graph.slice(first + 1).map(({ stage }) => stage).filter((stage) => outputs(stage, "test_images"));
  return later.filter((stage, i) => {
    if (stage.name === SPLIT || outputs(stage, "moments")) return false;
    const [before, after] = [stage, later[i + 1]].map((one) => artifact("test_images", one?.name).digest);
    return before !== after;
  }).map(({ name }) => name);
}
