/** The digests of every epoch of the shipped two-layer experiment, as experiments/expected.json keeps them. */
import { digestsOfTensors } from "../../../pipeline/formats/tensor_digests.ts";
import { readExpected } from "../../../pipeline/results/expected.ts";
import type { Digests } from "../../../pipeline/results/digests.ts";
import { PROJECT } from "../cli/retrace.ts";
import type { Outputs } from "../classifier/in_memory.ts";
import { mnist } from "../classifier/mnist.ts";
import { prepare, trainInputs } from "../classifier/training.ts";
import { join } from "node:path";

/** The file of expected digests. */
export const EXPECTED_FILE = join(PROJECT, "experiments/expected.json");
const TWO_LAYER = readExpected(EXPECTED_FILE)!["two-layer"];

/** Per epoch, 0 first: the digest of each parameter and of the metrics. */
export const EXPECTED_EPOCHS: Digests[] = TWO_LAYER.stages.train.steps!;

/** The digests of the files that a run of it writes. */
export const EXPECTED_FILES: Digests = TWO_LAYER.files;

/** The experiment's params of `train`. */
export const TRAIN_PARAMS = TWO_LAYER.experiment.pipeline.train as Record<string, unknown>;

/** The inputs of `train` from the real dataset. */
export async function realInputs() {
  return await trainInputs(await prepare(mnist()), { size: 64, shuffle: true, seed: 0 });
}

/** The digests of one epoch's outputs, in the form of the file. */
export function digestsOfEpoch({ checkpoint, metrics }: Outputs): Digests {
  const tensors = Object.entries(digestsOfTensors(checkpoint.bytes(), "checkpoint"))
    .map(([name, digest]) => [`checkpoint/${name}`, digest]);
  return { ...Object.fromEntries(tensors), metrics: metrics.digest };
}
