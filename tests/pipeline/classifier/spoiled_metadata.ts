/** Reads a checkpoint with invalid metadata like a page, with nothing else loaded, and prints the error. */
import { modelOf } from "../../../pipeline/classifier/kinds/checkpoint.ts";
import { layers } from "../../../pipeline/classifier/layers.ts";
import { encodeSafetensors } from "../../../pipeline/formats/safetensors.ts";

const bytes = encodeSafetensors({ tensors: [], metadata: { model: "[1]", loss: "{}" } });
try {
  modelOf({ bytes: () => bytes }, layers);
} catch (error) {
  console.log((error as Error).message);
}
