/** The reference script by itself: what it prints, and what it refuses. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { FILE_ROLES } from "../../../pipeline/define/dataset.ts";
import { readExpected } from "../../../pipeline/results/expected.ts";
import { type EpochBits, stored } from "../../../pipeline/results/pytorch.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { pytorchTest } from "./pytorch_here.ts";
import { encodeIdx } from "../formats/encode_idx.ts";
import { PROJECT, retrace } from "./retrace.ts";

const SCRIPT = join(PROJECT, "tests/reference/torch_reference.py");
const EXPERIMENTS = join(PROJECT, "experiments/");

/** Runs the script with an experiment on its standard input. */
async function train(experiment: unknown, args = ["-"]): Promise<{ code: number; stdout: string; stderr: string }> {
  // A library path of the user's own must not matter.
  const env = { LD_LIBRARY_PATH: "/usr/lib/x86_64-linux-gnu", ATEN_CPU_CAPABILITY: "default" };
  const child = new Deno.Command(SCRIPT, { args, env, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(experiment))).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** An experiment file as it is, for one epoch. */
function shipped(name: string): { pipeline: { train: Record<string, unknown> } & Record<string, unknown> } {
  const experiment = JSON.parse(Deno.readTextFileSync(`${EXPERIMENTS}${name}.json`));
  experiment.pipeline.train.epochs = 1;
  return experiment;
}

/** The script's arguments for an experiment on standard input with the images of a small dataset. */
function argsFor({ data }: SmallDataset): string[] {
  return ["-", ...FILE_ROLES.map((role) => join(data, role))];
}

for (const name of ["two-layer", "manual-linear"]) {
  pytorchTest(`the script reads ${name}.json itself, and comes to what expected.json has`, async () => {
    const { code, stdout, stderr } = await train(shipped(name));
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const epochs = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(epochs.map(({ epoch }) => epoch), [0, 1]);
    const found = epochs.map(({ epoch: _, ...bits }): EpochBits => bits);
    const { pytorch } = readExpected(`${EXPERIMENTS}expected.json`)![name];
    assertEquals(stored({ version: "1.13.1", epochs: found }), { ...pytorch!, epochs: pytorch!.epochs.slice(0, 2) });
  });
}

pytorchTest("the script reads arguments of layers by their place or name, as experiments have them", async () => {
  using small = makeSmallDataset();
  const experiment = shipped("linear-sgd");
  experiment.pipeline.train.epochs = 0;
  const outcomeOf = (...model: string[]) => {
    experiment.pipeline.train.model = model;
    return train(experiment, argsFor(small));
  };
  const { code, stdout } = await outcomeOf("linear(784,21)", "relu", "linear(21,10)", "softmax");
  assertEquals([code, stdout.split("\n").length], [0, 2]);
  const named = await outcomeOf("linear(out=21,in=784)", "relu()", " linear( 21 , out = 10 ) ", "softmax");
  assertEquals(named, { code, stdout, stderr: "" });
  const convolutional = async (first: string, second: string) => {
    const outcome = await outcomeOf(
      first,
      second,
      "maxpool2d(2)",
      "avgpool2d(kernel=3)",
      "flatten",
      "linear(32,10)",
      "softmax",
    );
    assertEquals([outcome.code, outcome.stderr], [0, ""]);
    return outcome;
  };
  const images = await convolutional("image(1,28,28)", "conv2d(1,2,5,1,2,false)");
  assertEquals(await convolutional("image(1,28,28,layout=hwc)", "conv2d(1,2,5,padding=2,bias=false)"), images);
});

pytorchTest("the script refuses what it does not know, in one sentence", async () => {
  using small = makeSmallDataset();
  const { pipeline } = shipped("linear-sgd");
  const { train: params } = pipeline;
  const cases: [unknown, RegExp][] = [
    [{ extends: "two-layer.json" }, /is not a whole experiment.*reproduce --pytorch/],
    [{ seed: 0, pipeline: { ...pipeline, noise: {} } }, /pipeline has noise, which this script does not know/],
    [{ pipeline }, /has no seed, and this script no default/],
    ...[
      [
        { model: ["linear(784,10)", "swish", "softmax"] },
        /does not know the layer swish; it knows linear, relu, leaky-relu, gelu, sigmoid, tanh, softmax, log-softmax/,
      ],
      ...["784", "784,in=10", "784,width=10", "784,10,in=784", ""].map((text): [unknown, RegExp] => {
        return [
          { model: [`linear(${text})`, "softmax"] },
          /layer linear\(.*\) does not have the arguments in, out, bias/,
        ];
      }),
      [{ model: ["linear(784,ten)", "softmax"] }, /cannot train this experiment: .*'ten'/],
      [{ model: ["linear(783,10)", "softmax"] }, /cannot train this experiment: .*shapes.*64x784/],
      [{ optimizer: { name: "basic", lr: 0.1, momentum: 0.9 } }, /train.optimizer has momentum/],
      [{ loss: { name: "cross-entropy", clamp: 0 } }, /has no reduction, and this script no default/],
      [{ schedule: { name: "polynomial", per: "step" } }, /does not know the schedule polynomial/],
    ].map(([change, says]): [unknown, RegExp] => {
      return [{ seed: 0, pipeline: { ...pipeline, train: { ...params, ...change as object } } }, says as RegExp];
    }),
  ];
  for (const [experiment, says] of cases) {
    const { code, stdout, stderr } = await train(experiment, argsFor(small));
    assertEquals([code, stdout], [1, ""], stderr);
    assertMatch(stderr, /^error: [^\n]+\n$/);
    assertMatch(stderr, says);
  }
});

pytorchTest("the script refuses files that are no IDX files, in one sentence", async () => {
  const experiment = shipped("linear-sgd");
  const file = Deno.makeTempFileSync({ prefix: "retrace-idx-" });
  try {
    for (
      const [bytes, says] of [
        [[0, 0, 7, 1], /^error: This script does not know the type of IDX elements 7; it knows 8, 9, 11, [^\n]+\n$/],
        [[0, 0], /^error: PyTorch cannot train this experiment: index out of range\n$/],
        [[0, 0, 8, 1, 0, 0, 0, 9, 1], /^error: PyTorch cannot train this experiment: cannot reshape [^\n]+\n$/],
      ] as const
    ) {
      Deno.writeFileSync(file, Uint8Array.from(bytes));
      const { code, stdout, stderr } = await train(experiment, ["-", file, file, file, file]);
      assertEquals([code, stdout], [1, ""], stderr);
      assertMatch(stderr, says);
    }
  } finally {
    Deno.removeSync(file);
  }
});

pytorchTest("reproduce --pytorch compares a table, whose columns Retrace has measured", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-table-" });
  try {
    const numbers = (count: number) => Float32Array.from({ length: 3 * count }, (_, i) => (7 * i % 31) * 10 ** (i % 3));
    for (const [set, count] of [["train", 40], ["test", 9]] as const) {
      const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
      Deno.writeFileSync(join(folder, `${set}_images`), encodeIdx("f32", [count, 3], numbers(count)));
      Deno.writeFileSync(join(folder, `${set}_labels`), encodeIdx("u8", [count], labels));
    }
    const names = ["train_images", "train_labels", "test_images", "test_labels"];
    const pipeline = {
      download: { files: Object.fromEntries(names.map((name) => [name, name])) },
      tensorize: { classes: 3 },
      batch: { size: 8 },
      train: { model: ["linear(3,3)", "softmax"], optimizer: { name: "sgd", lr: 0.1 }, epochs: 3 },
    };
    Deno.writeTextFileSync(join(folder, "table.json"), JSON.stringify({ pipeline }));
    const cache = ["--cache", join(folder, "cache")];
    const { code, stdout, stderr } = await retrace("reproduce", "--pytorch", join(folder, "table.json"), ...cache);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "PyTorch's bits: 3 of 3 epochs");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

pytorchTest("the script says how it is called", async () => {
  for (const args of [[], ["--help"], ["-", "train-images"]]) {
    const { code, stdout } = await train({}, args);
    assertEquals(code, 2);
    assertStringIncludes(stdout, "torch_reference.py EXPERIMENT");
  }
  const missing = await train({}, ["/nowhere/experiment.json"]);
  assertEquals(missing.code, 1);
  assertMatch(missing.stderr, /^error: .*\/nowhere\/experiment.json/);
});
