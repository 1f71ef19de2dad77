/** Checkpoints: a model's parameters and an optimizer's memory as safetensors. */
import { type Backend, wasmBackend } from "../../../core/backend.ts";
import type { LossSpec } from "../../../core/loss.ts";
import { FormatError } from "../../../core/errors.ts";
import { checkModel, layerText, parameterCount, parseLayer } from "../../../core/layers.ts";
import { makeSequential, type Sequential } from "../../../core/nn.ts";
import type { Optimizer } from "../../../core/optim.ts";
import type { Tensor } from "../../../core/tensor.ts";
import { decodeSafetensors, encodeSafetensors } from "../../formats/safetensors.ts";
import type { Artifact } from "../../engine/stage/stage.ts";
import { readModelWords } from "./json_artifacts.ts";

/** A tensor to be kept by its name: a parameter, a velocity. */
interface Named {
  readonly name: string;
  readonly value: Tensor;
}

/** The model's parameters; the file says which model and loss they belong to. */
export function encodeModel(model: Sequential, loss: LossSpec): Uint8Array<ArrayBuffer> {
  return encode(model.parameters, {
    model: JSON.stringify(model.specs.map(layerText)),
    loss: JSON.stringify({ reduction: loss.reduction, clamp: loss.clamp }),
  });
}

/** What the optimizer remembers; no tensors for one that remembers nothing. */
export function encodeOptimizer(optimizer: Optimizer): Uint8Array<ArrayBuffer> {
  return encode(optimizer.state, {});
}

/**
 * Fills tensors from a checkpoint that was written for them.
 * @throws FormatError when it was written for others.
 */
export function restore(checkpoint: Pick<Artifact, "bytes">, targets: readonly Named[]): void {
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
 * The model of a checkpoint, with room for its parameters, and the loss it was trained with.
 * @throws FormatError when the checkpoint does not hold the parameters of the model that it names.
 */
export function modelOf(
  checkpoint: Pick<Artifact, "bytes">,
  backend: Backend = wasmBackend,
): { model: Sequential; loss: LossSpec } {
  const { metadata, tensors } = decodeSafetensors(checkpoint.bytes(), "checkpoint");
  const { layers, loss } = readModelWords(metadata);
  const specs = layers.map(parseLayer);
  checkModel(specs);
  // Room is made for numbers that are there, not for as many as a few words can name.
  const [named, found] = [parameterCount(specs), tensors.reduce((sum, { data }) => sum + data.length, 0)];
  if (named !== found) {
    throw new FormatError(`checkpoint: its model has ${named} parameters, but it holds ${found} numbers.`);
  }
  return { model: makeSequential(specs, backend), loss };
}

function encode(named: readonly Named[], metadata: Record<string, string>): Uint8Array<ArrayBuffer> {
  const tensors = named.map(({ name, value }) => ({ name, shape: value.shape, data: value.data }));
  return encodeSafetensors({ tensors, metadata });
}
