/**
 * Checkpoints: a model's parameters, and what an optimizer keeps, as safetensors. A checkpoint says which layers and which
 * loss it belongs to, so that it can be read without the experiment; pages read checkpoints as well.
 */
// The whole of zod would be two thirds of a page's code.
import * as z from "zod/mini";
import { type Backend, wasmBackend } from "../../../core/tensor/backend.ts";
import { FormatError } from "../../../core/errors.ts";
import type { LayerDefinition } from "../../../core/layers/layer.ts";
import { parseModel } from "../../../core/layers/bound_layer.ts";
import { checkModel, parameterCount } from "../../../core/layers/model_shapes.ts";
import { makeModel, type Model } from "../../../core/model/model.ts";
import type { Tensor } from "../../../core/tensor/tensor.ts";
import type { Library } from "../../define/library.ts";
import type { Artifact, Produced } from "../../engine/stage/artifact.ts";
import type { Kind } from "../../engine/stage/kind.ts";
import { decodeJson } from "../../formats/json.ts";
import { decodeSafetensors, encodeSafetensors } from "../../formats/safetensors.ts";
import { checked } from "./checked_json.ts";

/** The loss that a model was trained with, as an experiment writes it; without a name the pipeline's first. */
export type TrainedLoss = Readonly<Record<string, unknown>>;

/** A tensor to be kept by its name: a parameter, a velocity. */
interface NamedTensor {
  readonly name: string;
  readonly value: Tensor;
}

/** The parameters after an epoch. To read it takes the layers and the loss that it names. */
export const checkpoint: Kind<Artifact, Produced> = {
  name: "checkpoint",
  parts: {
    checkpoint: { format: "safetensors", about: "The parameters after the epoch, by torch's state_dict names." },
  },
  needsDefinitions: ({ layers, losses }: Library) => [...layers, ...losses],
  open: ({ checkpoint }) => checkpoint,
  close: (checkpoint) => ({ checkpoint }),
};

/** What the optimizer keeps between steps. */
export const optimizerState: Kind<Artifact, Produced> = {
  name: "optimizer",
  parts: { optimizer: { format: "safetensors", about: "What the optimizer keeps: velocities, or nothing." } },
  open: ({ optimizer }) => optimizer,
  close: (optimizer) => ({ optimizer }),
};

const layerTexts = z.array(z.string()).check(z.minLength(1));
const trainedLoss: z.ZodMiniType<TrainedLoss> = z.record(z.string(), z.unknown());

/** The model's parameters, with the layers and the loss that they belong to. */
export function encodeModel(model: Model, loss: TrainedLoss): Uint8Array<ArrayBuffer> {
  return encode(model.parameters, {
    model: JSON.stringify(model.layers.map(({ text }) => text)),
    loss: JSON.stringify(loss),
  });
}

/** What the optimizer keeps; no tensors for one that keeps nothing. */
export function encodeOptimizer(state: readonly NamedTensor[]): Uint8Array<ArrayBuffer> {
  return encode(state, {});
}

/**
 * Fills tensors from a checkpoint that was written for them.
 * @throws FormatError when it was written for others.
 */
export function restore(checkpoint: Pick<Artifact, "bytes">, targets: readonly NamedTensor[]): void {
  const { tensors } = decodeSafetensors(checkpoint.bytes(), "checkpoint");
  for (const { name, value } of targets) {
    const found = tensors.find((one) => one.name === name);
    if (found === undefined || found.data.length !== value.size) {
      const what = found === undefined ? "none" : `one of ${found.data.length}`;
      throw new FormatError(`checkpoint: expected a tensor ${name} of ${value.size} numbers, found ${what}.`);
    }
    value.data.set(found.data);
  }
}

/**
 * The model of a checkpoint, with room for its parameters, and the loss it was trained with. `layers` are those that the
 * checkpoint may name.
 * @throws FormatError when the checkpoint does not hold the parameters of the model that it names.
 */
export function modelOf(
  checkpoint: Pick<Artifact, "bytes">,
  layers: readonly LayerDefinition[],
  backend: Backend = wasmBackend,
): { model: Model; loss: TrainedLoss } {
  const { metadata, tensors } = decodeSafetensors(checkpoint.bytes(), "checkpoint");
  const read = (name: string) => decodeJson(new TextEncoder().encode(metadata[name] ?? ""), `checkpoint: ${name}`);
  const model = parseModel(checked(layerTexts, read("model"), "checkpoint: model"), layers);
  const loss = checked(trainedLoss, read("loss"), "checkpoint: loss");
  checkModel(model, "probabilities");
  // Memory is taken for numbers that are there, not for as many as a few words can name.
  const [expected, found] = [parameterCount(model), tensors.reduce((sum, { data }) => sum + data.length, 0)];
  if (expected !== found) {
    throw new FormatError(`checkpoint: its model has ${expected} parameters, but it holds ${found} numbers.`);
  }
  return { model: makeModel(model, backend), loss };
}

function encode(named: readonly NamedTensor[], metadata: Record<string, string>): Uint8Array<ArrayBuffer> {
  const tensors = named.map(({ name, value }) => ({ name, shape: value.shape, data: value.data }));
  return encodeSafetensors({ tensors, metadata });
}
