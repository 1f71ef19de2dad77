import {
  assert,
  assertEquals,
  assertGreater,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { DivergedError, ShapeError } from "../../../core/errors.ts";
import { scoped } from "../../../core/tensor/tensor.ts";
import { decodeNpy, encodeNpy } from "../../../pipeline/formats/npy.ts";
import { batch } from "../../../pipeline/classifier/stages/batch.ts";
import { makeEvaluator } from "../../../pipeline/classifier/stages/evaluator.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { Dataset } from "../../../pipeline/classifier/kinds/dataset_kind.ts";
import { artifactOf, contextOf, openInputs, type Outputs, paramsOf, runFold } from "./in_memory.ts";
import { mnist } from "./mnist.ts";
import { metricsOf, prepare, type Prepared, smallParams, trainInputs } from "./training.ts";

const ROWS = 200;
let prepared: Promise<Prepared> | null = null;

async function inputsOf(split: Record<string, unknown> = { size: 64 }) {
  prepared ??= prepare(mnist(ROWS, 1));
  return await trainInputs(await prepared, split);
}

/** The digests of the outputs of each step. */
function digestsOf(steps: readonly Outputs[]): Record<string, string>[] {
  return steps.map((outputs) =>
    Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest]))
  );
}

const LINEAR = ["linear(784,10)", "softmax"];
const OPTIMIZERS: Record<string, Record<string, unknown>> = {
  "plain SGD": smallParams(),
  "momentum, nesterov and weight decay": smallParams({
    optimizer: { name: "sgd", lr: 0.05, momentum: 0.9, nesterov: true, weight_decay: 0.01 },
  }),
  "momentum and dampening": smallParams({ optimizer: { name: "sgd", lr: 0.05, momentum: 0.5, dampening: 0.3 } }),
  "Adam, a cosine per step after a warm-up, and clipping": smallParams({
    optimizer: { name: "adam" },
    schedule: [{ name: "linear", per: "step", total_iters: 3, until: 3 }, { name: "cosine", per: "step", epochs: 5 }],
    clip_norm: 0.5,
  }),
  "one cycle with momentum": smallParams({ schedule: { name: "one-cycle", max_lr: 0.1, epochs: 5 } }),
  "BasicOptim and manual gradients": smallParams({
    model: LINEAR,
    init: "randn",
    gradient: "manual",
    optimizer: { name: "basic", lr: 0.1 },
  }),
};
const SPLITS = [
  { name: "batches of one size", split: { size: 50 } },
  { name: "a short last batch", split: { size: 64 } },
  { name: "one batch larger than the dataset", split: { size: 1000 } },
  { name: "rows in the dataset's order", split: { size: 64, shuffle: false } },
];

for (const [optimizer, params] of Object.entries(OPTIMIZERS)) {
  for (const { name, split } of SPLITS) {
    Deno.test(`train() resumes after any epoch, with the bytes of an uninterrupted run, with ${optimizer} and ${name}`, async () => {
      const inputs = await inputsOf(split);
      const epochs = 3;
      const straight = await runFold(train, { ...params, epochs }, inputs);
      const expected = digestsOf(straight.steps);
      assertEquals(expected.length, epochs + 1);
      for (let step = 0; step <= epochs; step++) {
        const resume = { step, outputs: straight.steps[step] };
        const rest = await runFold(train, { ...params, epochs }, inputs, resume);
        assertEquals(digestsOf(rest.steps), expected.slice(step + 1), `after epoch ${step}`);
      }
    });
  }
}

Deno.test("train() has the same bytes for an epoch, whatever the number of epochs", async () => {
  const inputs = await inputsOf();
  const [short, long] = [
    await runFold(train, smallParams({ epochs: 1 }), inputs),
    await runFold(train, smallParams({ epochs: 3 }), inputs),
  ];
  assertEquals(digestsOf(short.steps), digestsOf(long.steps).slice(0, 2));
});

Deno.test("the number of epochs is part of an epoch's params only with a schedule that lasts until the last one", () => {
  const stepParams = (changes: Record<string, unknown>) => train.stepParams(paramsOf(train, smallParams(changes)));
  const isSame = (schedule: unknown) => {
    const [five, six] = [5, 6].map((epochs) => JSON.stringify(stepParams({ schedule, epochs })));
    return five === six;
  };
  assertEquals(isSame(undefined), true);
  assertEquals(isSame({ name: "exponential", gamma: 0.9 }), true);
  assertEquals(isSame({ name: "cosine", T_max: 4 }), true);
  assertEquals(isSame({ name: "cosine", epochs: 7 }), true);
  assertEquals(isSame({ name: "cosine" }), false);
  assertEquals(isSame([{ name: "linear", until: 2 }, { name: "cosine" }]), false);
});

Deno.test("train() reports the learning rate of an epoch's last step, and the mean norm of its gradients", async () => {
  const schedule = { name: "exponential", gamma: 0.5, per: "step" };
  const { steps } = await runFold(train, smallParams({ schedule, clip_norm: 1e-3, epochs: 1 }), await inputsOf());
  const [before, after] = steps.map(metricsOf);
  assertEquals([before.learning_rate, before.gradient_norm], [null, null]);
  // Four steps.
  assertEquals(after.learning_rate, 0.1 / 8);
  assertGreater(after.gradient_norm!, 0.1);
  assertGreater(5, after.gradient_norm!);
});

Deno.test("the first step of train() has the first learning rate of a schedule, and the second the next", async () => {
  const weightsAfter = async (changes: Record<string, unknown>, rows: number) => {
    const inputs = await inputsOf({ size: 64, rows, shuffle: false });
    const { steps } = await runFold(train, smallParams({ epochs: 1, ...changes }), inputs);
    return digestsOf(steps)[1].checkpoint;
  };
  // From some step on, it is so small that nothing changes.
  const until = (step: number) => ({ schedule: { name: "multi-step", per: "step", milestones: [step], gamma: 1e-30 } });
  for (const steps of [1, 2]) {
    assertEquals(await weightsAfter(until(steps), 3 * 64), await weightsAfter({}, steps * 64), `${steps} steps`);
  }
});

Deno.test("train() clips the gradients that a step uses", async () => {
  const { steps } = await runFold(train, smallParams({ clip_norm: 1e-30, epochs: 1 }), await inputsOf());
  const [before, after] = digestsOf(steps);
  assertEquals(after.checkpoint, before.checkpoint);
});

Deno.test("train() starts with the untrained model, which has no training loss", async () => {
  const { steps } = await runFold(train, smallParams({ epochs: 0 }), await inputsOf());
  assertEquals(steps.map(metricsOf), [{ epoch: 0, train_loss: null, train_accuracy: null, train_clamped: null }]);
});

Deno.test("train() learns: the loss decreases with each epoch", async () => {
  const { steps } = await runFold(train, smallParams({ epochs: 3 }), await inputsOf());
  const [first, second, third] = steps.slice(1).map((step) => metricsOf(step).train_loss!);
  assertGreater(first, second);
  assertGreater(second, third);
});

Deno.test("train() draws different weights for another seed; they do not depend on the batches' seed", async () => {
  const weightsOf = async (seed: number, batchSeed: number) => {
    const { steps } = await runFold(
      train,
      smallParams({ seed, epochs: 1 }),
      await inputsOf({ size: 64, seed: batchSeed }),
    );
    return digestsOf(steps).map(({ checkpoint }) => checkpoint);
  };
  const [here, otherSeed, otherOrder] = [await weightsOf(0, 0), await weightsOf(1, 0), await weightsOf(0, 1)];
  assertNotEquals(here[0], otherSeed[0]);
  assertEquals(here[0], otherOrder[0]);
  assertNotEquals(here[1], otherOrder[1]);
});

Deno.test("train() reports the mean over the batches, and the share of correct rows, before each step", async () => {
  // Such a small learning rate does not change the weights: every epoch has the same model.
  const params = smallParams({ optimizer: { name: "sgd", lr: 1e-30 }, epochs: 1 });
  const { train_loss: byBatches, train_accuracy } = metricsOf(
    (await runFold(train, params, await inputsOf())).steps[1],
  );
  const { train_loss: single } = metricsOf((await runFold(train, params, await inputsOf({ size: 1 }))).steps[1]);
  const { train_loss: whole } = metricsOf((await runFold(train, params, await inputsOf({ size: ROWS }))).steps[1]);
  // 200 rows in batches of 64 are 3 x 64 + 8. The last batch counts as much as the others, so the means differ.
  assert(Math.abs(single! - whole!) < 1e-6 && Math.abs(byBatches! - whole!) > 1e-6, `${single} ${whole} ${byBatches}`);
  assert(Number.isInteger(Math.round(train_accuracy! * ROWS * 1e6) / 1e6), `${train_accuracy} of ${ROWS} rows`);
});

Deno.test("train() reports the share of rows whose label had a probability below the clamp before their step", async () => {
  const clamp = 0.1;
  const params = smallParams({ loss: { clamp }, optimizer: { name: "sgd", lr: 1e-30 }, epochs: 1 });
  const { steps } = await runFold(train, params, await inputsOf());
  const { tensorized, normalized } = await prepare(mnist(ROWS, 1));
  const p = scoped(() =>
    makeEvaluator(
      new Dataset({
        test_images: normalized.train_images,
        test_labels: tensorized.train_labels,
        table: normalized.table,
      }),
      "test",
      steps[0].checkpoint,
      ROWS,
      classifier,
    ).predict(steps[0].checkpoint, 0).data
  );
  const labels = decodeNpy(tensorized.train_labels.bytes(), "labels").data as Uint8Array;
  const below = Array.from(labels, (label, row) => p[row * 10 + label]).filter((value) => value < clamp).length;
  assert(below > 0 && below < ROWS, `${below} of ${ROWS}: the case shows nothing`);
  assertStrictEquals(metricsOf(steps[1]).train_clamped, below / ROWS);
});

Deno.test("train() states where the loss became NaN, and stores no NaN, if the learning rate is absurd", async () => {
  const absurd = smallParams({ loss: { clamp: 0 }, optimizer: { name: "sgd", lr: 1e30 } });
  const done = { steps: 0 };
  const error = await assertRejects(() => trainOn(absurd, done), DivergedError);
  assertMatch(error.message, /^The loss became (NaN|Infinity) in epoch 1, step [2-4] of 4\. /);
  assertMatch(error.message, /The last finite loss was 2\.\d+\. Completed epochs are stored\./);
  assertMatch(error.message, /Lower train\.optimizer\.lr, or clamp the loss/);
  assertEquals(done.steps, 1, "the untrained model is stored, the failed epoch is not");
  const clamped = smallParams({ optimizer: { name: "sgd", lr: 1e30 } });
  const other = await assertRejects(() => trainOn(clamped, { steps: 0 }), DivergedError);
  assertMatch(other.message, /Lower train\.optimizer\.lr\.$/);
  const schedule = { name: "exponential", gamma: 1e30, per: "step" };
  const scheduled = await assertRejects(() => trainOn(smallParams({ schedule }), { steps: 0 }), DivergedError);
  assertMatch(scheduled.message, /Lower train\.optimizer\.lr or the rates of train\.schedule\.$/);
});

Deno.test("train() does not blame the learning rate before the first step", async () => {
  // Finite numbers whose products are not.
  const huge = Float32Array.from({ length: ROWS * 784 }, (_, i) => (i % 2 === 0 ? 3e38 : -3e38));
  const given = { ...await inputsOf(), train_images: artifactOf(encodeNpy("f4", [ROWS, 784], huge)) };
  const params = smallParams({ loss: { clamp: 0 } });
  const error = await assertRejects(() => runFold(train, params, given), DivergedError);
  assertMatch(
    error.message,
    /^The loss became (NaN|Infinity) in epoch 1, step 1 of 4\. .*No step was done yet: normalize/,
  );
  assert(!error.message.includes("optimizer.lr"));
});

Deno.test("train() stores no NaN if the last step of an epoch causes the first one", async () => {
  // One batch per epoch: its loss is that of the untrained model, and only the step after it fails.
  const huge = smallParams({ optimizer: { name: "sgd", lr: 3e38, weight_decay: 3e38 } });
  const done = { steps: 0 };
  const error = await assertRejects(() => trainOn(huge, done, { size: ROWS }), DivergedError);
  assertMatch(
    error.message,
    /^0\.weight became NaN or infinite in epoch 1, step 1 of 1\. The last finite loss was 2\.\d+\./,
  );
  assertEquals(done.steps, 1);
});

Deno.test("train() rejects a model that does not fit the dataset", async () => {
  const narrow = smallParams({ model: ["linear(100,10)", "softmax"] });
  const tooNarrow = await assertRejects(async () => runFold(train, narrow, await inputsOf()), ShapeError);
  assertMatch(
    tooNarrow.message,
    /first layer expects 100 values, but an example of this dataset has 784\. Write linear\(784,…\)/,
  );
  const few = smallParams({ model: ["linear(784,5)", "softmax"] });
  const tooFew = await assertRejects(async () => runFold(train, few, await inputsOf()), ShapeError);
  assertMatch(tooFew.message, /has 5 classes, but the dataset has a label 9\..*at least 10 wide/);
});

Deno.test("train() pauses after every step, so that it can be stopped in an epoch of any length", async () => {
  const abort = new AbortController();
  let pauses = 0;
  const pause = () => {
    if (++pauses === 7) abort.abort(new Error("enough"));
    abort.signal.throwIfAborted();
    return null;
  };
  const params = paramsOf(train, smallParams({ epochs: 3 }));
  const steps = train.run(contextOf(params, openInputs(train, await inputsOf()), { pause }), null);
  assertEquals((await steps.next()).done, false);
  assertEquals((await steps.next()).done, false);
  // Epoch 1 has four steps.
  assertEquals(pauses, 4);
  await assertRejects(() => steps.next(), Error, "enough");
});

Deno.test("train() reports its progress at every pause that is due, and at the end of every epoch", async () => {
  const reports: [number, number | null, string | undefined][] = [];
  const progress = (...values: [number, number | null, string?]) => reports.push([values[0], values[1], values[2]]);
  const params = paramsOf(train, smallParams({ epochs: 2 }));
  const inputs = openInputs(train, await inputsOf());
  for (
    const [pause, expected] of [[() => null, [4, 8]], [() => Promise.resolve(), [
      1,
      2,
      3,
      4,
      4,
      5,
      6,
      7,
      8,
      8,
    ]]] as const
  ) {
    reports.length = 0;
    for await (
      const _ of train.run(contextOf(params, inputs, { progress, pause }), null)
    ) { /* only the progress is checked */ }
    assertEquals(reports.map(([done, total]) => [done, total]), expected.map((done) => [done, 8]));
    assertMatch(reports.at(-1)![2]!, /^epoch 2 of 2, loss \d\.\d+$/);
  }
});

Deno.test("train never reads a test artifact, and neither does the batch stage", () => {
  for (const { parts } of [train.inputs.dataset, batch.inputs.dataset]) {
    for (const part of parts) assert(!part.startsWith("test"), part);
  }
});

/** Trains until it throws; `done` counts the epochs that were output before, including the untrained model. */
async function trainOn(params: unknown, done: { steps: number }, split?: Record<string, unknown>): Promise<void> {
  const context = contextOf(paramsOf(train, params), openInputs(train, await inputsOf(split)));
  for await (const _ of train.run(context, null)) done.steps++;
}
