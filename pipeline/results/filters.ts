/** The weights of a model's first linear layer, an image for each of its outputs: what each looks for in the pixels. */
import { decodeSafetensors } from "../formats/safetensors.ts";
import type { Artifact } from "../engine/stage/stage.ts";

/** A first layer's weights. */
export interface Filters {
  /** The parameter's name, as in torch's state_dict: "0.weight". */
  name: string;
  /** How many outputs the layer has: classes if it is the only layer, hidden units otherwise. */
  outputs: number;
  kind: "class" | "unit";
  /** One weight for every pixel, an array an output; the first `most` outputs only. */
  weights: Float32Array[];
}

/** Reads them from a checkpoint. */
export function firstFilters(checkpoint: Artifact, most: number): Filters {
  const weights = decodeSafetensors(checkpoint.bytes(), "checkpoint").tensors.filter(({ shape }) => shape.length === 2);
  const { name, shape: [outputs, inputs], data } = weights[0];
  return {
    name,
    outputs,
    kind: weights.length === 1 ? "class" : "unit",
    weights: Array.from(
      { length: Math.min(outputs, most) },
      (_, i) => data.subarray(i * inputs, (i + 1) * inputs),
    ),
  };
}
