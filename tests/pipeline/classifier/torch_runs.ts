/** The trainings of tests/golden/torch_runs.json: how each is trained here, and what PyTorch comes to. */
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import type { Evaluation } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { normalize } from "../../../pipeline/classifier/stages/normalize.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { validate } from "../../../pipeline/classifier/stages/validate.ts";
import type { Experiment } from "../../../pipeline/define/experiment.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { decodeJson } from "../../../pipeline/formats/json.ts";
import { digestOfWeights } from "../../../pipeline/formats/tensor_digests.ts";
import { golden } from "../../core/golden.ts";
import { PROJECT } from "../cli/retrace.ts";
import { runFold, runPlain } from "./in_memory.ts";
import { mnist } from "./mnist.ts";
import { metricsOf, trainInputs, validateInputs } from "./training.ts";

/** What a training came to; entry i is after epoch i, and epoch 0 is the untrained model. */
export interface EpochDigests {
  /** SHA-256 of all parameters in the order of state_dict, little-endian float32. */
  weights: string[];
  /** Mean of the batches' losses, float64. */
  train_loss: (number | null)[];
  /** Right test images of 10,000. */
  correct: number[];
}

/** A training: a shipped experiment, or a variant of one. */
export interface TorchRun {
  /** "momentum, seed 5". */
  name: string;
  experiment: Experiment;
}

/** Trainings by name, each for several seeds; `set` has values by path, as `--set` does. */
type Choices = Record<string, { experiment: string; seeds: number[]; set?: Record<string, unknown> }>;

/** All trainings. */
export const TORCH_RUNS: TorchRun[] = Object.entries(golden<Choices>("torch_runs.json")).flatMap(([name, choice]) =>
  choice.seeds.map((seed) => {
    const overrides = Object.entries({ seed, ...choice.set }).map(([path, value]) => ({ path, value }));
    const { experiment } = loadExperiment(classifier, `${PROJECT}/experiments/${choice.experiment}.json`, overrides);
    return { name: `${name}, seed ${seed}`, experiment };
  })
);

const data = mnist();

/** Trains on all of MNIST, and evaluates every epoch. */
export async function epochsOf({ pipeline }: Experiment): Promise<EpochDigests> {
  const prepared = { tensorized: data, normalized: await runPlain(normalize, pipeline.normalize, data) };
  const { steps } = await runFold(train, pipeline.train, await trainInputs(prepared, pipeline.batch));
  const evaluated = await runFold(validate, pipeline.validate, validateInputs(prepared, steps));
  return {
    weights: steps.map(({ checkpoint }) => digestOfWeights(checkpoint.bytes(), "checkpoint")),
    train_loss: steps.map((step) => metricsOf(step).train_loss),
    correct: evaluated.steps.map(({ evaluation }) => decodeJson<Evaluation>(evaluation.bytes()).correct),
  };
}
