/**
 * Checkpoints: the parameters of a model, and the state of an optimizer, as safetensors. A checkpoint contains the
 * model's layers and loss, so pages and other readers do not need the experiment.
 */
// The complete zod would be two thirds of a page's code.
import * as z from "zod/mini";
import { FormatError } from "../../../core/errors.ts";
import type { LayerDefinition } from "../../../core/layers/layer.ts";
import {
  type BoundLayer,
  bufferSpecs,
  checkModel,
  parameterCount,
  parseModel,
} from "../../../core/layers/model_layers.ts";
import type { ModelOutput } from "../../../core/model_output.ts";
import { makeModel, type Model, tensorsOf } from "../../../core/model/model.ts";
import { sizeOf } from "../../../core/ops/op.ts";
import { type Backend, wasmBackend } from "../../../core/tensor/backend.ts";
import type { Tensor } from "../../../core/tensor/tensor.ts";
import type { Library } from "../../define/library.ts";
import { type Artifact, artifactKind, type Kind, type Produced } from "../../engine/stage/kind.ts";
import { decodeJson } from "../../formats/json.ts";
import { decodeSafetensors, encodeSafetensors } from "../../formats/safetensors.ts";
import { checked } from "../../formats/checked_json.ts";

/** The loss that a model was trained with, in the form of an experiment; without a name, the pipeline's first. */
export type TrainedLoss = Readonly<Record<string, unknown>>;

/** A tensor and its name in a checkpoint: a parameter, a velocity. */
interface NamedTensor {
  readonly name: string;
  readonly value: Pick<Tensor, "shape" | "size" | "data">;
}

/** The parameters and buffers after an epoch. Reading it requires the layers and the loss of its model. */
export const checkpoint: Kind<Artifact, Produced> = {
  ...artifactKind("checkpoint", {
    format: "safetensors",
    about:
      "The parameters, and the running statistics of batch norm, after the epoch, with the names of torch's state_dict.",
  }),
  needsDefinitions: ({ layers, losses }: Library) => [...layers, ...losses],
};

/** The optimizer's state between steps. */
export const optimizerState = artifactKind("optimizer", {
  format: "safetensors",
  about: "The optimizer's state: velocities, or nothing; and that of the generator, if layers draw numbers.",
});

const layerTexts = z.array(z.string()).check(z.minLength(1));
const trainedLoss: z.ZodMiniType<TrainedLoss> = z.record(z.string(), z.unknown());
const outputKind = z.optional(z.enum(["logits", "log-probabilities"]));

/** What the outputs of a model in a checkpoint are; null for those that are shown as they are. */
export type StoredOutput = Extract<ModelOutput, "logits" | "log-probabilities"> | null;

/** Serializes a model's parameters and buffers, with its layers, its loss, and what its outputs are if probabilities are made of them. */
export function encodeModel(
  model: Model,
  loss: TrainedLoss,
  outputs: ModelOutput = "numbers",
): Uint8Array<ArrayBuffer> {
  return encode(tensorsOf(model), {
    model: JSON.stringify(model.layers.map(({ text }) => text)),
    loss: JSON.stringify(loss),
    ...(outputs === "logits" || outputs === "log-probabilities" ? { outputs: JSON.stringify(outputs) } : {}),
    ...(model.buffers.length === 0 ? {} : { buffers: model.buffers.map(({ name }) => name).join(",") }),
  });
}

/** Serializes what training needs to go on, besides the model. */
export function encodeOptimizer(state: readonly NamedTensor[]): Uint8Array<ArrayBuffer> {
  return encode(state, {});
}

/** Fills tensors from a checkpoint. @throws FormatError if the checkpoint does not have them. */
export function restore(checkpoint: Pick<Artifact, "bytes">, targets: readonly NamedTensor[]): void {
  const { tensors } = decodeSafetensors(checkpoint.bytes(), "checkpoint");
  for (const { name, value } of targets) {
    const found = tensors.find((one) => one.name === name);
    if (found === undefined || found.data.length !== value.size) {
      const what = found === undefined ? "none" : `one with ${found.data.length}`;
      throw new FormatError(`checkpoint: expected a tensor ${name} with ${value.size} numbers, but found ${what}.`);
    }
    value.data.set(found.data);
  }
}

/** The model of a checkpoint, its loss, and what its outputs are. @throws FormatError if it does not have the parameters of its model. */
export function modelOf(
  checkpoint: Pick<Artifact, "bytes">,
  layers: readonly LayerDefinition[],
  backend: Backend = wasmBackend,
): { model: Model; loss: TrainedLoss; outputs: StoredOutput } {
  const { metadata, tensors } = decodeSafetensors(checkpoint.bytes(), "checkpoint");
  const model = layersIn(metadata, layers);
  const loss = checked(trainedLoss, jsonIn(metadata, "loss"), "checkpoint: loss");
  checkModel(model);
  // Memory is allocated for numbers that exist, not for as many as a few words can specify.
  const buffers = bufferSpecs(model).reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0);
  const [expected, found] = [parameterCount(model) + buffers, tensors.reduce((sum, { data }) => sum + data.length, 0)];
  if (expected !== found) {
    throw new FormatError(
      `checkpoint: its model has ${expected} parameters${buffers === 0 ? "" : " and statistics"}, ` +
        `but it contains ${found} numbers.`,
    );
  }
  return { model: makeModel(model, backend), loss, outputs: outputsIn(metadata) };
}

/** What the outputs of the model in a checkpoint with this metadata are. @throws FormatError if it is nothing known. */
export function outputsIn(metadata: Readonly<Record<string, string>>): StoredOutput {
  const found = Object.hasOwn(metadata, "outputs") ? jsonIn(metadata, "outputs") : undefined;
  return checked(outputKind, found, "checkpoint: outputs") ?? null;
}

/** The layers of the model in a checkpoint with this metadata. @throws FormatError if one of them is not among `layers`. */
export function layersIn(metadata: Readonly<Record<string, string>>, layers: readonly LayerDefinition[]): BoundLayer[] {
  return parseModel(checked(layerTexts, jsonIn(metadata, "model"), "checkpoint: model"), layers);
}

function jsonIn(metadata: Readonly<Record<string, string>>, name: string): unknown {
  return decodeJson(new TextEncoder().encode(metadata[name] ?? ""), `checkpoint: ${name}`);
}

function encode(named: readonly NamedTensor[], metadata: Record<string, string>): Uint8Array<ArrayBuffer> {
  const tensors = named.map(({ name, value }) => ({ name, shape: value.shape, data: value.data }));
  return encodeSafetensors({ tensors, metadata });
}
