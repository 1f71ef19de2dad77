/** Commands and experiments that cannot run: exit code 2, a message, and nothing touched. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { filesUnder, mustBeDone, retrace } from "./retrace.ts";

/** A wrong command, and what its message must hold. */
interface Case {
  of: string;
  args: (small: SmallDataset) => string[];
  says: string[];
}

const CASES: Case[] = [
  { of: "no experiment", args: () => [], says: ["run takes CONFIG…", "experiments/two-layer.json"] },
  {
    of: "a file that is not there",
    args: () => ["nope.json"],
    says: ["nope.json", "there is no such file", "experiments/"],
  },
  {
    of: "broken JSON",
    args: ({ write }) => [write("broken.json", '{\n  "name": "broken",\n  "pipeline": {,}\n}')],
    says: ["broken.json is not valid JSON", "line 3, column 16"],
  },
  {
    of: "an unknown field",
    args: (small) => [variation(small, (train) => train.epoch = 3)],
    says: ["variation.json", "pipeline.train.epoch:", 'did you mean "epochs"?'],
  },
  {
    of: "a wrong type",
    args: (small) => [variation(small, (train) => train.epochs = "three")],
    says: ["variation.json", "pipeline.train.epochs:", "expected a number", 'found "three"'],
  },
  {
    of: "layers that do not fit",
    args: (small) => [variation(small, (train) => train.model = ["linear(784,8)", "linear(9,10)", "softmax"])],
    says: ["pipeline.train.model:", "linear(784,8) outputs 8", "linear(9,10) takes 9"],
  },
  {
    of: "an override that makes lr 0",
    args: ({ config }) => [config, "--set", "train.optimizer.lr=0"],
    says: ["pipeline.train.optimizer.lr (set by --set train.optimizer.lr=0)", "greater than 0"],
  },
  {
    of: "an override of an unknown stage",
    args: ({ config }) => [config, "--set", "trian.epochs=3"],
    says: ["--set trian.epochs", 'Did you mean "train"?'],
  },
  {
    of: "an override of an unknown field",
    args: ({ config }) => [config, "--set", "train.epoch=3"],
    says: ["pipeline.train.epoch (set by --set train.epoch=3)", 'did you mean "epochs"?'],
  },
  {
    of: "an override without a value",
    args: ({ config }) => [config, "--set", "train.epochs"],
    says: ["--set expects path=value", "train.epochs=60"],
  },
  {
    of: "an override through a number",
    args: ({ config }) => [config, "--set", "train.epochs.x=3"],
    says: ["--set train.epochs.x", '"epochs" is 2, which has no fields'],
  },
  {
    of: "a list with a missing value",
    args: ({ config }) => [config, "--set", "train.epochs=1,,2"],
    says: ["a value is missing before or after a comma", "Write train.epochs=1,2;"],
  },
  {
    of: "a path set twice, once to a list",
    args: ({ config }) => [config, "--set", "train.epochs=1,2", "--set", "train.epochs=3"],
    says: ["train.epochs is set twice, by --set train.epochs=1,2 and --set train.epochs=3"],
  },
  {
    of: "a grid of which one combination is invalid",
    args: ({ config }) => [config, "--set", "train.optimizer.lr=0.1,0", "--set", "train.epochs=1,2"],
    says: ["pipeline.train.optimizer.lr (set by --set train.optimizer.lr=0)"],
  },
  {
    of: "a grid of more runs than anybody wants",
    args: ({ config }) => [config, "--set", `train.epochs=${[...Array(101).keys()]}`, "--seeds", "0..99"],
    says: ["101 values of train.epochs × 100 values of seed are 10100 runs", "at most 10000"],
  },
  {
    of: "an unknown option",
    args: ({ config }) => [config, "--forse", "train"],
    says: ["run has no option --forse", "Did you mean --force?", "--help"],
  },
  { of: "an option without its value", args: ({ config }) => [config, "--seeds"], says: ["--seeds takes a value"] },
  {
    of: "seeds that are none",
    args: ({ config }) => [config, "--seeds", "1-3"],
    says: ["--seeds 0..9", '"1-3"'],
  },
  {
    of: "an unknown stage to force",
    args: ({ config }) => [config, "--force", "trian"],
    says: ['There is no stage "trian"', 'Did you mean "train"?'],
  },
  {
    of: "two experiments of one name",
    args: (small) => [small.config, variation(small, (train) => train.epochs = 5)],
    says: ["small.json", "variation.json", 'Change the "name" of one of them'],
  },
];

/** Writes an experiment that differs from the small one in its train stage. */
function variation(small: SmallDataset, change: (train: Record<string, unknown>) => void): string {
  const experiment = small.experiment;
  change(experiment.pipeline.train);
  return small.write("variation.json", experiment);
}

Deno.test("run exits with 2 and touches nothing on usage errors", async (t) => {
  using small = makeSmallDataset();
  const [results, cache] = [small.path("results"), small.path("cache")];
  const places = ["--results", results, "--cache", cache];
  mustBeDone(await retrace("run", small.config, "--quiet", ...places));
  const before = [filesUnder(results), filesUnder(cache)];
  for (const { of, args, says } of CASES) {
    await t.step(of, async () => {
      const { code, stdout, stderr } = await retrace("run", ...args(small), ...places);
      assertEquals({ code, stdout }, { code: 2, stdout: "" });
      for (const part of says) assertStringIncludes(stderr, part);
      assert(stderr.startsWith("error: ") && !stderr.includes("\n    at "), stderr);
      assertEquals([filesUnder(results), filesUnder(cache)], before);
    });
  }
});

Deno.test("graph and compare exit with 2 on usage errors", async () => {
  const cases: [string[], string[]][] = [
    [["graph"], ["graph takes CONFIG, but was given no arguments"]],
    [["graph", "a.json", "b.json"], ["graph takes CONFIG, but was given a.json b.json"]],
    [["graph", "experiments/two-layer.json", "--format", "png"], ["text, svg, mermaid, dot, json", '"png"']],
    [["graph", "experiments/two-layer.json", "--forma", "dot"], ["Did you mean --format?"]],
    [["compare"], ["compare takes RUN…"]],
    [["compare", "nope.json"], ["nope.json: there is no such file"]],
    [["compare", "two-layer", "--jsn"], ["Did you mean --json?"]],
  ];
  for (const [args, says] of cases) {
    const { code, stdout, stderr } = await retrace(...args);
    assertEquals({ code, stdout }, { code: 2, stdout: "" }, args.join(" "));
    for (const part of says) assertStringIncludes(stderr, part);
    assert(!stderr.includes("\n    at "), stderr);
  }
});

Deno.test("the command line exits with 2 and lists the commands when there is no such command", async () => {
  const unknown = await retrace("rnu");
  assertEquals({ code: unknown.code, stdout: unknown.stdout }, { code: 2, stdout: "" });
  assertStringIncludes(unknown.stderr, 'There is no command "rnu". Did you mean "run"?');
  assertStringIncludes(unknown.stderr, "deno task compare");
  const none = await retrace();
  assertEquals([none.code, none.stdout], [2, ""]);
  assertMatch(none.stderr, /^error: A command is missing\.\n\n[^]*deno task run CONFIG/);
});
