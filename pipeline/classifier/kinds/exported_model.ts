/** The trained model of a run, and the data to check it with, as targets write them for other tools. */
import { type BoundLayer, exampleShapes } from "../../../core/layers/model_layers.ts";
import type { Shape } from "../../../core/ops/op.ts";
import type { FinishedRun } from "../../define/figure.ts";
import type { TargetFiles } from "../../define/target.ts";
import { artifactsOf } from "../../engine/stage/stage_graph.ts";
import { decodeNpy, decodeNpyOf, encodeNpy } from "../../formats/npy.ts";
import { decodeSafetensors, type NamedTensor } from "../../formats/safetensors.ts";
import { layersIn, outputsIn, type StoredOutput } from "./checkpoint.ts";
import { readExampleShape } from "./example_shape.ts";
import type { moments } from "./json_kinds.ts";
import type { Moments } from "./normalized_numbers.ts";

/** The outputs of a run that this file reads. */
export const MODEL_OUTPUTS = ["checkpoint", "table", "example_shape"];

/** A model: its layers, the shape of an example before each of them and after the last, and its parameters. */
export interface ExportedModel {
  readonly layers: readonly BoundLayer[];
  readonly shapes: readonly Shape[];
  readonly tensors: readonly NamedTensor[];
  readonly input: ModelInput;
  /** What it puts out, if the run shows probabilities instead. */
  readonly outputs: StoredOutput;
}

/** What an example is before the first layer, and what is done to it; every step is rounded to float32. */
export interface ModelInput {
  readonly shape: readonly number[];
  /** float32 [256]: what each byte becomes; null if examples are float32 numbers. */
  readonly table: Float32Array<ArrayBuffer> | null;
  /** What is subtracted from numbers, and what they are divided by; null for nothing. */
  readonly moments: Moments | null;
}

/** The model after the last epoch. */
export function exportedModel(run: FinishedRun): ExportedModel {
  const { metadata, tensors } = decodeSafetensors(run.artifact("checkpoint").bytes(), "checkpoint");
  const layers = layersIn(metadata, run.library.layers);
  return { layers, shapes: exampleShapes(layers), tensors, input: inputOf(run), outputs: outputsIn(metadata) };
}

/** The test set as it goes in, its labels, and what the run predicts, as .npy files. */
export function testSet(run: FinishedRun): TargetFiles {
  const { dtype, data } = decodeNpy(run.artifact("test_images", normalizerOf(run)).bytes(), "test_images");
  const shape = readExampleShape(run.artifact("example_shape"));
  const rows = data.length / shape.reduce((product, size) => product * size, 1);
  return { "test_images.npy": encodeNpy(dtype, [rows, ...shape], data), ...testOutputs(run) };
}

/** The labels of the test set, and the run's probabilities or predicted numbers. */
export function testOutputs(run: FinishedRun): TargetFiles {
  const [labels, outputs] = ["test_labels", "predictions"].map((name) => run.has(name) ? run.artifact(name) : null);
  return {
    ...(labels === null ? {} : { "test_labels.npy": labels.bytes() }),
    ...(outputs === null ? {} : { "test_outputs.npy": outputs.bytes() }),
  };
}

function inputOf(run: FinishedRun): ModelInput {
  const shape = readExampleShape(run.artifact("example_shape"));
  const used = normalizerOf(run) === undefined ? null : run.output<ReturnType<typeof moments.open>>("moments");
  return { shape, table: tableOf(run), moments: used };
}

function tableOf(run: FinishedRun): ModelInput["table"] {
  const { data } = decodeNpyOf(run.artifact("table").bytes(), "table", "f4", [null]);
  return data.length === 0 ? null : Float32Array.from(data);
}

/**
 * The stage that normalized the numbers of the test set; undefined for bytes, which only stand for other numbers then, and
 * if another stage has changed the numbers since.
 */
function normalizerOf(run: FinishedRun): string | undefined {
  const makerOf = (artifact: string) =>
    run.graph.findLast(({ stage }) => Object.hasOwn(artifactsOf(stage.outputs), artifact))?.stage.name;
  const normalizer = makerOf("moments");
  return tableOf(run) === null && makerOf("test_images") === normalizer ? normalizer : undefined;
}
