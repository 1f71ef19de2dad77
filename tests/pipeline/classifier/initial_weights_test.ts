/** Training that begins with the weights of a run. */
import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { trainTitle } from "../../../pipeline/classifier/stages/train_params.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { decodeSafetensors } from "../../../pipeline/formats/safetensors.ts";
import { artifactOf, contextOf, openInputs, type Outputs, paramsOf, runFold } from "./in_memory.ts";
import { mnist } from "./mnist.ts";
import { prepare, smallParams, trainInputs } from "./training.ts";
import { pinningIn } from "../sources/scratch.ts";

const inputs = await trainInputs(await prepare(mnist(200, 1)), { size: 64 });
/** A training of which others take the weights; its optimizer has a state that they do not get. */
const MOMENTUM = { name: "sgd", lr: 0.1, momentum: 0.9 };
const first = await runFold(train, smallParams({ optimizer: MOMENTUM }), inputs);
const weights = first.steps[2].checkpoint;

/** Completes params with the weights of `first`, whatever the run is called. */
function pin(changes: Record<string, unknown>) {
  const params = paramsOf(train, smallParams({ init: { from: "two" }, ...changes }));
  const fileOfRun = () => Promise.resolve({ digest: weights.digest, bytes: weights.bytes() });
  return train.pin!(params, classifier, { ...pinningIn(), fileOfRun }).then((fields) => ({ ...params, ...fields }));
}

/** The steps of a training with completed params; `pinned` are the weights that it is given. */
async function trained(params: Awaited<ReturnType<typeof pin>>, resume: Parameters<typeof train.run>[1] = null) {
  let asked = 0;
  const pinned = () => (asked++, weights.bytes());
  const steps: Outputs[] = [];
  for await (const step of train.run(contextOf(params, openInputs(train, inputs), { pinned }), resume)) {
    const { checkpoint, optimizer } = step;
    steps.push({ checkpoint: artifactOf(checkpoint as Uint8Array), optimizer: artifactOf(optimizer as Uint8Array) });
  }
  return { steps, asked };
}

const tensorsOf = ({ checkpoint }: Outputs) => decodeSafetensors(checkpoint.bytes(), "").tensors;

Deno.test("train() begins with exactly the weights of a run, and with a new optimizer", async () => {
  const { steps, asked } = await trained(await pin({ optimizer: MOMENTUM, seed: 7 }));
  assertEquals([asked, tensorsOf(steps[0])], [1, tensorsOf(first.steps[2])]);
  assertEquals(steps[0].optimizer.digest, first.steps[0].optimizer.digest);
  assertNotEquals(steps[1].checkpoint.digest, steps[0].checkpoint.digest);
});

Deno.test("train() resumes without the weights that it began with", async () => {
  const params = await pin({});
  const whole = await trained(params);
  const rest = await trained(params, { step: 1, outputs: whole.steps[1] });
  assertEquals([rest.asked, rest.steps.map((one) => one.checkpoint.digest)], [0, [whole.steps[2].checkpoint.digest]]);
});

Deno.test("keys have the digest of a run's weights and not its name, which a cue shows", async () => {
  const [one, other] = [await pin({}), await pin({ init: { from: "other", sha256: weights.digest } })];
  assertEquals(one.init, { from: "two", sha256: weights.digest });
  for (const keyOf of [train.keyParams!, train.stepParams]) {
    assertEquals(keyOf(one, classifier), keyOf(other, classifier));
    assertEquals(keyOf(one, classifier).init, weights.digest);
  }
  assertEquals(train.keyNote!("init", other, classifier), "other");
  assertEquals([1, 2].map((epochs) => trainTitle({ ...one, epochs }, classifier, false).at(-1)), [
    "1 epoch",
    "2 epochs",
  ]);
  assertStringIncludes(trainTitle(one, classifier, false).join(), `from two (sha256 ${weights.digest.slice(0, 10)}…)`);
});

Deno.test("an initialization that is drawn is completed by nothing, and its key is its name", async () => {
  const params = paramsOf(train, smallParams({ init: "randn" }));
  assertEquals(await train.pin!(params, classifier, pinningIn()), {});
  assertEquals([train.keyParams!(params, classifier), train.keyNote!("init", params, classifier)], [
    { ...params },
    undefined,
  ]);
});

Deno.test("a run is refused if it has other weights than are given, or than the model takes", async () => {
  const refused = (changes: Record<string, unknown>, message: string) =>
    assertRejects(() => pin(changes), ConfigError, message);
  await refused({ init: { from: "two", sha256: "a".repeat(64) } }, `have the SHA-256 ${"a".repeat(64)}, but have`);
  await refused(
    { model: ["linear(784,9)", "relu", "linear(9,10)", "softmax"] },
    "in the run two, the tensor 0.weight has the shape [8, 784], but in this model it has the shape [9, 784].",
  );
  await refused(
    { model: ["linear(784,8)", "relu", "relu", "linear(8,10)", "softmax"] },
    "the tensor 3.weight does not exist, but in this model it has the shape [10, 8].",
  );
  await refused(
    { model: ["linear(784,8)", "softmax"] },
    "the tensor 2.weight has the shape [10, 8], but in this model it does not exist.",
  );
});
