/**
 * Complete trainings compared with PyTorch's. The tolerance is not arbitrary: curve_variants.json has the same trainings
 * by PyTorch with other roundings (float64, matrix products accumulated in float64, sums in reverse order, another
 * processor). They deviate from each other as well, from the epoch in which a rounding decides whether a ReLU opens.
 */
import { decodeJson } from "../../../pipeline/formats/json.ts";
import type { Evaluation } from "../../../pipeline/classifier/kinds/epoch_results.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { validate } from "../../../pipeline/classifier/stages/validate.ts";
import { type Outputs, runFold } from "./in_memory.ts";
import { golden, mnist } from "./mnist.ts";
import { metricsOf, prepare, type Prepared, trainInputs, validateInputs } from "./training.ts";

/** A training's figures; entry i is epoch i + 1. */
export interface Curve {
  train_loss: number[];
  test_correct: number[];
}

/** A complete training by PyTorch. */
export interface GoldenRun extends Curve {
  kind: string;
  seed: number;
  epochs: number;
  lr: number;
  test_correct_untrained: number;
  init_sha256: string[];
}

/** The same training by PyTorch with several roundings. */
interface VariantRun {
  kind: string;
  seed: number;
  variants: Record<string, Curve>;
}

/** The trainings that do not amplify every rounding at once. */
export const STABLE = ["two_layer", "linear_sgd_lr0.001"];
/** Our deviation from PyTorch is at most this many times that of PyTorch's own variants. */
export const FACTOR = 4;

const ARTICLE_LOSS = { reduction: "sum", clamp: 1e-10 };
const LINEAR = ["linear(784,10)", "softmax"];
const TWO_LAYER = ["linear(784,30)", "relu", "linear(30,10)", "softmax"];

/** The experiments, by the names of curves_generator.json. */
export const EXPERIMENTS: Record<string, Record<string, unknown>> = {
  two_layer: { model: TWO_LAYER, loss: ARTICLE_LOSS, optimizer: { name: "sgd", lr: 0.001 } },
  "linear_sgd_lr0.001": { model: LINEAR, loss: ARTICLE_LOSS, optimizer: { name: "sgd", lr: 0.001 } },
  manual_linear: {
    model: LINEAR,
    init: "randn",
    gradient: "manual",
    loss: ARTICLE_LOSS,
    optimizer: { name: "basic", lr: 1 },
  },
  autograd_linear: { model: LINEAR, init: "randn", loss: ARTICLE_LOSS, optimizer: { name: "basic", lr: 1 } },
  linear_sgd: { model: LINEAR, loss: ARTICLE_LOSS, optimizer: { name: "sgd", lr: 1 } },
};

/** PyTorch's runs. */
export const GOLDEN_RUNS = golden<{ runs: GoldenRun[] }>("curves_generator.json").runs;
const VARIANT_RUNS = golden<{ runs: VariantRun[] }>("curve_variants.json").runs;

/** The largest relative deviation of a loss, or deviation of a count, at each epoch. */
export interface Deviations {
  loss: number[];
  correct: number[];
}

/** The deviation of a curve from PyTorch's, per epoch. */
export function deviationsOf(curve: Curve, expected: Curve): Deviations {
  return {
    loss: curve.train_loss.map((loss, i) => Math.abs(loss / expected.train_loss[i] - 1)),
    correct: curve.test_correct.map((correct, i) => Math.abs(correct - expected.test_correct[i])),
  };
}

/** The largest deviation of any of PyTorch's own variants up to each epoch, over all seeds. */
export function variantSpread(kind: string): Deviations {
  const all = VARIANT_RUNS.filter((run) => run.kind === kind).flatMap(({ seed, variants }) =>
    Object.values(variants).map((curve) => deviationsOf(curve, goldenRun(kind, seed)))
  );
  const runningMax = (name: keyof Deviations) => {
    let most = 0;
    return all[0][name].map((_, epoch) => most = Math.max(most, ...all.map((one) => one[name][epoch])));
  };
  return { loss: runningMax("loss"), correct: runningMax("correct") };
}

/** PyTorch's run of an experiment. */
export function goldenRun(kind: string, seed: number): GoldenRun {
  return GOLDEN_RUNS.find((run) => run.kind === kind && run.seed === seed)!;
}

let prepared: Promise<Prepared> | null = null;

/** Trains on all of MNIST, and evaluates every epoch. */
export async function trainAndValidate(
  params: Record<string, unknown>,
  seed: number,
  epochs: number,
): Promise<{ steps: Outputs[]; evaluations: Evaluation[]; curve: Curve }> {
  prepared ??= prepare(mnist());
  const data = await prepared;
  const { steps } = await runFold(train, { ...params, epochs, seed }, await trainInputs(data, { size: 64, seed }));
  const evaluated = await runFold(validate, {}, validateInputs(data, steps));
  const evaluations = evaluated.steps.map(({ evaluation }) => decodeJson<Evaluation>(evaluation.bytes()));
  const curve = {
    train_loss: steps.slice(1).map((step) => metricsOf(step).train_loss!),
    test_correct: evaluations.slice(1).map(({ correct }) => correct),
  };
  return { steps, evaluations, curve };
}
