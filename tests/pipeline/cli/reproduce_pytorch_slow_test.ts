/** `reproduce` and PyTorch: as the expected digests have it, as a program that stands for it prints it, and itself. */
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { checkComparable } from "../../../pipeline/cli/live_pytorch.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { bitsOf, type EpochBits } from "../../../pipeline/results/pytorch.ts";
import { copyFolder, copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { extendedIn, writeExtendedExperiment } from "../extending/extended.ts";
import { finishRun } from "../results/finished_run.ts";
import { pytorchTest } from "./pytorch_here.ts";
import { reproduceIn } from "./reproduced.ts";
import { mustBeDone, PROJECT } from "./retrace.ts";

/** What the small experiment comes to, as PyTorch would print it. */
async function bitsOfSmall(small: SmallDataset): Promise<EpochBits[]> {
  return bitsOf((await finishRun(small.config, small.path("own-cache"))).run);
}

/** The small experiment with expected digests, and with these as PyTorch's. */
async function kept(change: (epochs: EpochBits[]) => void = () => {}): Promise<SmallDataset> {
  const small = makeSmallDataset();
  mustBeDone(await reproduceIn(small.folder, ["--update", small.config]));
  const expected = readExpected(small);
  const epochs = await bitsOfSmall(small);
  epochs.forEach((bits) => delete bits.tensors);
  change(epochs);
  expected.experiments.small.pytorch = { version: "1.13.1", epochs };
  small.write("expected.json", expected);
  return small;
}

function readExpected(small: SmallDataset) {
  return JSON.parse(Deno.readTextFileSync(small.path("expected.json")));
}

/** A copy of the project that starts a script instead of Python. The script prints these epochs, and keeps its input. */
function standInFor(small: SmallDataset, epochs: readonly EpochBits[]): string {
  const project = small.path("project");
  copyProject(project);
  const lines = small.write("lines", epochs.map((bits, epoch) => JSON.stringify({ epoch, ...bits }) + "\n").join(""));
  const given = small.path("given.json");
  const script = `#!/bin/sh\n[ "$3" = --check ] && exit 0\n/bin/cat > "${given}"\n/bin/cat "${lines}"\n`;
  const python = small.write("python", script);
  Deno.chmodSync(python, 0o755);
  edit(join(project, "pipeline/cli/permissions.ts"), '"/usr/bin/python3"', JSON.stringify(python));
  return project;
}

Deno.test("reproduce says in how many epochs a run has the bits that are kept as PyTorch's", async () => {
  using small = await kept();
  const outcome = await reproduceIn(small.folder, [small.config]);
  mustBeDone(outcome);
  assertMatch(outcome.stdout, /^small +same +2 epochs, \d+ digests +[\d.]+ m?s\n {2}PyTorch's bits: 2 of 2 epochs\n$/);
  const json = JSON.parse((await reproduceIn(small.folder, [small.config, "--json"])).stdout);
  assertEquals(json.pytorch, { version: "1.13.1", epochs: 2, equal: 2, first: null });
});

Deno.test("reproduce names the first epoch that does not have PyTorch's bits, and what differs, and exits with 1", async () => {
  const forged = "0".repeat(64);
  const cases: [(epochs: EpochBits[]) => void, RegExp][] = [
    [
      (epochs) => epochs[1].weights = forged,
      /epoch 1, weights\n {2}PyTorch 1.13.1 {2}0{64}\n {2}found {11}[0-9a-f]{64}\n/,
    ],
    [(epochs) => epochs[2].train_loss! += 1e-12, /epoch 2, training loss\n/],
    [(epochs) => epochs[2].correct!++, /epoch 2, right test images\n/],
  ];
  for (const [change, says] of cases) {
    using small = await kept(change);
    const { code, stdout, stderr } = await reproduceIn(small.folder, [small.config]);
    assertEquals({ code, stderr }, { code: 1, stderr: "" });
    assertMatch(stdout, /^small +differs/);
    assertStringIncludes(stdout, "  PyTorch's bits: 1 of 2 epochs\n");
    assertMatch(stdout, says);
  }
});

Deno.test("--update keeps PyTorch's numbers until the experiment changes", async () => {
  using small = await kept();
  const before = readExpected(small);
  mustBeDone(await reproduceIn(small.folder, ["--update", small.config]));
  assertEquals(readExpected(small), before);
  const experiment = small.experiment;
  experiment.seed = 1;
  const outcome = await reproduceIn(small.folder, ["--update", small.write("small.json", experiment)]);
  mustBeDone(outcome);
  assertStringIncludes(outcome.stdout, "seed: 0 → 1");
  assertStringIncludes(
    outcome.stdout,
    "PyTorch's numbers are of the experiment before. To have new ones: --pytorch --update.",
  );
  assertEquals(readExpected(small).experiments.small.pytorch, undefined);
});

Deno.test("reproduce --pytorch compares with a training of now, tensor by tensor, and needs no digests", async () => {
  using small = makeSmallDataset();
  const epochs = await bitsOfSmall(small);
  const project = standInFor(small, epochs);
  const same = await reproduceIn(small.folder, ["--pytorch", small.config], project);
  mustBeDone(same);
  assertMatch(same.stdout, /^small +same +2 epochs, .*\n {2}PyTorch's bits: 2 of 2 epochs\n$/);
  const { seed, pipeline } = JSON.parse(Deno.readTextFileSync(small.path("given.json")));
  assertEquals([seed, pipeline.train.loss, pipeline.batch.size], [0, {
    name: "cross-entropy",
    reduction: "mean",
    clamp: 1e-10,
  }, 64]);
  const seven = await reproduceIn(small.folder, ["--pytorch", small.config, "--set", "seed=7"], project);
  assertEquals(seven.code, 1);
  assertMatch(seven.stdout, /PyTorch's bits: 0 of 2 epochs\n {2}first {5}epoch 0, 0.weight\n/);
  assertEquals(JSON.parse(Deno.readTextFileSync(small.path("given.json"))).pipeline.batch.seed, 7);

  const wrong = structuredClone(epochs);
  wrong[1].tensors!["2.bias"] = "0".repeat(64);
  small.write("lines", wrong.map((bits, epoch) => JSON.stringify({ epoch, ...bits }) + "\n").join(""));
  const { code, stdout } = await reproduceIn(small.folder, ["--pytorch", small.config], project);
  assertEquals(code, 1);
  assertMatch(stdout, /PyTorch's bits: 1 of 2 epochs\n {2}first {5}epoch 1, 2.bias\n {2}PyTorch 1.13.1 {2}0{64}\n/);
});

Deno.test("reproduce --pytorch --update keeps what PyTorch comes to", async () => {
  using small = makeSmallDataset();
  const epochs = await bitsOfSmall(small);
  const project = standInFor(small, epochs);
  mustBeDone(await reproduceIn(small.folder, ["--pytorch", "--update", small.config], project));
  const { version, epochs: stored } = readExpected(small).experiments.small.pytorch;
  assertEquals([version, stored], ["1.13.1", epochs.map(({ tensors: _, ...bits }) => bits)]);
  assertStringIncludes((await reproduceIn(small.folder, ["small"])).stdout, "PyTorch's bits: 2 of 2 epochs");
});

Deno.test("--set without --pytorch, or with --update, is refused", async () => {
  using small = await kept();
  for (const args of [[], ["--update"], ["--pytorch", "--update"]]) {
    const { code, stdout, stderr } = await reproduceIn(small.folder, [small.config, "--set", "seed=1", ...args]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^error: --set changes an experiment/);
  }
});

Deno.test("without Python, or with one that cannot be started, reproduce --pytorch says what to install", async () => {
  using small = makeSmallDataset();
  const [missing, file, folder] = ["/nowhere/python3", small.write("python3", "#!/bin/sh\n"), small.path("folder")];
  Deno.chmodSync(file, 0o644);
  Deno.mkdirSync(folder);
  for (const python of [missing, file, folder]) {
    const project = small.path(`project${python.replaceAll("/", "-")}`);
    copyProject(project);
    edit(join(project, "pipeline/cli/permissions.ts"), '"/usr/bin/python3"', JSON.stringify(python));
    const { code, stdout, stderr } = await reproduceIn(small.folder, ["--pytorch", small.config], project);
    assertEquals([code, stdout], [1, ""]);
    const what = python === missing ? "is not installed" : "is no program that you may start";
    assertStringIncludes(stderr, `error: ${python} ${what}, and PyTorch 1.13.1 needs it. `);
    assertMatch(stderr, /^error: [^\n]*apt-get install python3-torch libblas3\n$/);
  }
});

pytorchTest("another PyTorch is refused before anything is computed", async () => {
  using small = makeSmallDataset();
  const project = small.path("project");
  copyProject(project);
  copyFolder(join(PROJECT, "tests/reference"), join(project, "tests/reference"));
  edit(join(project, "tests/reference/torch_reference.py"), 'VERSION = "1.13.0a0"', 'VERSION = "1.12.1"');
  const { code, stdout, stderr } = await reproduceIn(small.folder, ["--pytorch", small.config], project);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^error: PyTorch 1.13.0a0 has other bits than .*apt-get install python3-torch libblas3\n$/);
});

Deno.test("an experiment with definitions of the user's own is not compared with PyTorch", () => {
  using small = makeSmallDataset();
  const extended = extendedIn(small.path("mine"));
  const loaded = loadExperiment(extended, writeExtendedExperiment(small), []);
  const error = assertThrows(() => checkComparable(extended, loaded), ConfigError);
  assertStringIncludes(error.message, "uses definitions of your own");
  for (const file of ["elu.ts", "adagrad.ts", "noise.ts", "text_format.ts"]) assertStringIncludes(error.message, file);
  checkComparable(classifier, loadExperiment(classifier, small.config, []));
});

Deno.test("an experiment that trains nothing is not compared with PyTorch", () => {
  using small = makeSmallDataset();
  const { download, tensorize, normalize, batch } = small.experiment.pipeline;
  const chain = ["download", "tensorize", "normalize", "batch"];
  const file = small.write("data.json", { name: "data", chain, pipeline: { download, tensorize, normalize, batch } });
  const loaded = loadExperiment(classifier, file, []);
  assertThrows(() => checkComparable(classifier, loaded), ConfigError, "has no stage train");
});

Deno.test("an experiment that augments its images, or has other files than IDX, is not compared with PyTorch", () => {
  using small = makeSmallDataset();
  const loaded = loadExperiment(classifier, small.config, [{ path: "train.augment", value: [{ name: "flip" }] }]);
  assertThrows(() => checkComparable(classifier, loaded), ConfigError, "by random numbers that PyTorch does not draw");
  const arrays = loadExperiment(classifier, small.config, [{ path: "tensorize.format", value: "npy" }]);
  assertThrows(() => checkComparable(classifier, arrays), ConfigError, "has files of the format npy");
});

pytorchTest(
  "deep models, activations, losses, momentum, weight decay, schedules, batches of any size and a split have PyTorch's bits",
  async () => {
    using small = makeSmallDataset({ train: 640, test: 200 });
    const deep = ["linear(784,33)", "relu", "linear(33,20)", "relu", "linear(20,7)", "relu", "linear(7,10)", "softmax"];
    const curves = ["linear(784,33,bias=false)", "tanh", "linear(33,21)", "sigmoid", "linear(21,13)", "gelu"];
    curves.push("linear(13,10)", "leaky-relu(0.1)", "log-softmax");
    const logits = ["linear(784,21)", "gelu", "linear(bias=false,in=21,out=10)"];
    const sgd = (fields: object) => ({ name: "sgd", lr: 0.05, ...fields });
    const schedule = [{ name: "linear", per: "step", total_iters: 9, until: 9 }, { name: "cosine", per: "step" }];
    const experiments: [string, Record<string, unknown>, Record<string, unknown>, split?: Record<string, unknown>][] = [
      ["nesterov", { model: deep, optimizer: sgd({ momentum: 0.9, weight_decay: 1e-3, nesterov: true }) }, { size: 7 }],
      ["dampened", { model: deep, optimizer: sgd({ momentum: 0.5, dampening: 0.25 }), seed: 3 }, {
        size: 100,
        seed: 4,
      }],
      ["whole", { loss: { reduction: "sum", clamp: 0 }, optimizer: { name: "basic", lr: 1e-4 } }, { size: 1000 }],
      ["ordered", { model: ["linear(784,10)", "softmax"], init: "randn" }, { size: 64, shuffle: false }],
      ["manual", { model: ["linear(784,10)", "softmax"], init: "randn", gradient: "manual" }, { size: 100 }],
      ["masked", { model: ["linear(784,33)", "batchnorm1d(33)", "dropout", "linear(33,10)", "softmax"] }, {
        rows: 500,
      }],
      ["scheduled", { optimizer: { name: "adamw", lr: 0.01 }, schedule, clip_norm: 0.5 }, { size: 30 }],
      ["split", {}, { size: 50 }, { validation: 0.2, seed: 5 }],
      ["curves", { model: curves, loss: { name: "nll" }, optimizer: sgd({ momentum: 0.9 }) }, { size: 37 }],
      ["smoothed", { model: logits, loss: { name: "cross-entropy-logits", label_smoothing: 0.1 } }, { size: 50 }],
      ["added", { model: logits, loss: { name: "cross-entropy-logits", reduction: "sum" } }, { size: 64 }],
    ];
    const files = experiments.map(([name, train, batch, split]) => {
      const { pipeline, ...rest } = small.experiment;
      const { mean: _, std: __, ...measured } = pipeline.normalize;
      const own = { normalize: measured, batch, train: { ...pipeline.train, ...train } };
      const changed = { ...pipeline, ...own, ...(split === undefined ? {} : { split }) };
      return small.write(`${name}.json`, { ...rest, name, pipeline: changed });
    });
    // What takes long is shown on standard error.
    const { code, stdout } = await reproduceIn(small.folder, ["--pytorch", ...files]);
    assertEquals(code, 0, stdout);
    assertEquals(stdout.match(/PyTorch's bits: 2 of 2 epochs/g)?.length, experiments.length);
  },
);
