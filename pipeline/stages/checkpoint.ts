/** Checkpoints: a model's parameters and an optimizer's memory as safetensors. */
import { type Backend, wasmBackend } from "../../core/backend.ts";
import type { LossSpec } from "../../core/loss.ts";
import { layerText, parseLayer } from "../../core/layers.ts";
import { makeSequential, type Sequential } from "../../core/nn.ts";
import type { Optimizer } from "../../core/optim.ts";
import type { Tensor } from "../../core/tensor.ts";
import { decodeSafetensors, encodeSafetensors } from "../formats/safetensors.ts";
import type { Artifact } from "../stage.ts";

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

/** Fills tensors from a checkpoint that was written for them. */
export function restore(checkpoint: Artifact, targets: readonly Named[]): void {
  const { tensors } = decodeSafetensors(checkpoint.bytes(), "checkpoint");
  for (const { name, value } of targets) value.data.set(tensors.find((one) => one.name === name)!.data);
}

/** The model of a checkpoint, with room for its parameters, and the loss it was trained with. */
export function modelOf(
  checkpoint: Artifact,
  backend: Backend = wasmBackend,
): { model: Sequential; loss: LossSpec } {
  const { metadata } = decodeSafetensors(checkpoint.bytes(), "checkpoint");
  const layers: string[] = JSON.parse(metadata.model);
  return { model: makeSequential(layers.map(parseLayer), backend), loss: JSON.parse(metadata.loss) };
}

function encode(named: readonly Named[], metadata: Record<string, string>): Uint8Array<ArrayBuffer> {
  const tensors = named.map(({ name, value }) => ({ name, shape: value.shape, data: value.data }));
  return encodeSafetensors({ tensors, metadata });
}
