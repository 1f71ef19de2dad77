import { assert, assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import { digestOfBytes } from "../../../pipeline/digest.ts";
import { decodeJson } from "../../../pipeline/formats/json.ts";
import type { Artifact } from "../../../pipeline/stage.ts";
import type { Evaluation } from "../../../pipeline/stages/evaluator.ts";
import { train } from "../../../pipeline/stages/train.ts";
import { validate } from "../../../pipeline/stages/validate.ts";
import { runFold } from "./in_memory.ts";
import { golden, mnist } from "./mnist.ts";
import { metricsOf, prepare, type Prepared, tensorsOf, trainInputs, validateInputs } from "./training.ts";

/** A whole training by PyTorch: `train_loss[i]` and `test_correct[i]` are those of epoch i + 1. */
interface GoldenRun {
  kind: string;
  seed: number;
  train_loss: number[];
  test_correct: number[];
  test_correct_untrained: number;
  init_sha256: string[];
}

const ARTICLE_LOSS = { reduction: "sum", clamp: 1e-10 };
const LINEAR = ["linear(784,10)", "softmax"];
const TWO_LAYER = ["linear(784,30)", "relu", "linear(30,10)", "softmax"];

/** The experiments, by the names of tests/golden/curves_generator.json. */
const EXPERIMENTS: Record<string, Record<string, unknown>> = {
  two_layer: { model: TWO_LAYER, optimizer: { name: "sgd", lr: 0.001 } },
  "linear_sgd_lr0.001": { model: LINEAR, optimizer: { name: "sgd", lr: 0.001 } },
  manual_linear: { model: LINEAR, init: "randn", gradient: "manual", optimizer: { name: "basic", lr: 1 } },
  autograd_linear: { model: LINEAR, init: "randn", optimizer: { name: "basic", lr: 1 } },
};

/** The experiments whose steps do not blow rounding up, and the others, which diverge from torch within an epoch. */
const STEADY = ["two_layer", "linear_sgd_lr0.001"];
const CHAOTIC = ["manual_linear", "autograd_linear"];

const { runs } = golden<{ runs: GoldenRun[] }>("curves_generator.json");
let prepared: Promise<Prepared> | null = null;

/** Trains an experiment on all of MNIST and evaluates every epoch. */
async function trainAndValidate({ kind, seed }: GoldenRun, epochs: number) {
  prepared ??= prepare(mnist());
  const data = await prepared;
  const params = { ...EXPERIMENTS[kind], loss: ARTICLE_LOSS, epochs, seed };
  const { steps } = await runFold(train, params, await trainInputs(data, { size: 64, seed }));
  const evaluated = await runFold(validate, {}, validateInputs(data, steps));
  const evaluations = evaluated.steps.map(({ evaluation }) => decodeJson<Evaluation>(evaluation.bytes()));
  return { steps, losses: steps.slice(1).map((step) => metricsOf(step).train_loss!), evaluations };
}

/** SHA-256 of each parameter, as the golden file has it: the article keeps randn weights as [in, out]. */
function parameterDigests(checkpoint: Artifact, isTransposed: boolean): string[] {
  return Object.values(tensorsOf(checkpoint)).map((values, index) => {
    const inOrder = isTransposed && index === 0 ? transposed(values, LINEAR_SIZES) : values;
    return digestOfBytes(new Uint8Array(inOrder.buffer, inOrder.byteOffset, inOrder.byteLength));
  });
}

const LINEAR_SIZES = { rows: 10, columns: 784 };

function transposed(values: Float32Array, { rows, columns }: typeof LINEAR_SIZES): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}

for (const run of runs.filter(({ kind }) => STEADY.includes(kind))) {
  Deno.test(`train() follows torch for two epochs when it trains ${run.kind} with seed ${run.seed}`, async () => {
    const { steps, losses, evaluations } = await trainAndValidate(run, 2);
    assertEquals(parameterDigests(steps[0].checkpoint, false), run.init_sha256);
    assertStrictEquals(evaluations[0].correct, run.test_correct_untrained);
    for (const epoch of [1, 2]) {
      const [loss, expected] = [losses[epoch - 1], run.train_loss[epoch - 1]];
      assertAlmostEquals(loss / expected, 1, 1e-6, `loss of epoch ${epoch}`);
      assertAlmostEquals(evaluations[epoch].correct, run.test_correct[epoch - 1], 5, `epoch ${epoch}`);
    }
  });
}

for (const run of runs.filter(({ kind, seed }) => CHAOTIC.includes(kind) && seed === 0)) {
  Deno.test(`train() starts as torch and stays near it for an epoch when it trains ${run.kind}`, async () => {
    const { steps, losses, evaluations } = await trainAndValidate(run, 1);
    assertEquals(parameterDigests(steps[0].checkpoint, true), run.init_sha256);
    assertStrictEquals(evaluations[0].correct, run.test_correct_untrained);
    // A last bit decides which rows the clamp silences, so that an epoch at lr 1 is alike only in the large.
    assertAlmostEquals(losses[0] / run.train_loss[0], 1, 0.1);
    assert(Math.abs(evaluations[1].correct - run.test_correct[0]) < 2000, `${evaluations[1].correct} correct`);
  });
}
