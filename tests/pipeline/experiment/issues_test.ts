/** The message for every kind of mistake in an experiment of the classifier. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { withExperiments } from "./experiments.ts";

/** A mistake: the fields that are set in a valid experiment, and the parts of the message, one line per problem. */
interface Mistake {
  of: string;
  fields: Record<string, unknown>;
  lines: string[][];
}

const sgd = { name: "sgd", lr: 0.1 };

const MISTAKES: Mistake[] = [
  {
    of: "an unknown field",
    fields: { "train.epoch": 3 },
    lines: [["pipeline.train.epoch:", "unknown field", 'did you mean "epochs"?', "available fields: model, init"]],
  },
  {
    of: "an unknown field without a similar name",
    fields: { "train.zzzzzz": 3 },
    lines: [["pipeline.train.zzzzzz:", "unknown field (available fields:"]],
  },
  {
    of: "an unknown stage",
    fields: { "pipeline.trian": {} },
    lines: [["pipeline.trian:", 'did you mean "train"?', "available fields: download, tensorize, normalize, batch"]],
  },
  {
    of: "an unknown field of the experiment",
    fields: { sede: 3 },
    lines: [["sede:", 'did you mean "seed"?']],
  },
  {
    of: "an unknown field of one form of a union",
    fields: { "train.optimizer": { name: "basic", lr: 1, momentum: 0.9 } },
    lines: [["pipeline.train.optimizer.momentum:", "unknown field (available fields: name, lr)"]],
  },
  {
    of: "an unknown field of the other form",
    fields: { "train.optimizer": { ...sgd, momentun: 0.9 } },
    lines: [["pipeline.train.optimizer.momentun:", 'did you mean "momentum"?']],
  },
  {
    of: "PyTorch's names of an optimizer and of a layer",
    fields: { "train.optimizer": { name: "Adam" }, "train.model": ["linear(784,10)", "LogSoftmax"] },
    lines: [
      ["train.model.1:", 'Expected the layer "log-softmax", but found "LogSoftmax".'],
      ["train.optimizer.name:", '"adam" or', 'found "Adam"; did you mean "adam"?'],
    ],
  },
  {
    of: "a string for a number",
    fields: { "train.epochs": "3" },
    lines: [["train.epochs:", "expected a number", '"3"']],
  },
  {
    of: "a fraction of an epoch",
    fields: { "train.epochs": 2.5 },
    lines: [["epochs:", "an integer", "found 2.5"]],
  },
  { of: "negative epochs", fields: { "train.epochs": -1 }, lines: [["train.epochs:", "at least 0", "found -1"]] },
  {
    of: "a string for a list",
    fields: { "train.model": "relu" },
    lines: [["train.model:", "expected a list", '"relu"']],
  },
  { of: "a number for a layer", fields: { "train.model.1": 5 }, lines: [["train.model.1:", "a string", "found 5"]] },
  { of: "a list for a stage", fields: { "pipeline.batch": [] }, lines: [["pipeline.batch:", "an object", "found []"]] },
  {
    of: "a string for a boolean",
    fields: { "batch.shuffle": "no" },
    lines: [["batch.shuffle:", "true or false", '"no"']],
  },
  { of: "an empty name", fields: { "download.dataset": "" }, lines: [["dataset:", "a length of at least 1", '""']] },
  { of: "lr 0", fields: { "train.optimizer.lr": 0 }, lines: [["optimizer.lr:", "greater than 0", "found 0"]] },
  { of: "lr below 0", fields: { "train.optimizer.lr": -1 }, lines: [["optimizer.lr:", "greater than 0", "found -1"]] },
  { of: "no lr", fields: { "train.optimizer": { name: "sgd" } }, lines: [["optimizer.lr:", "a number", "nothing"]] },
  { of: "an empty batch", fields: { "batch.size": 0 }, lines: [["batch.size:", "greater than 0", "found 0"]] },
  { of: "a std of 0", fields: { "normalize.std": 0 }, lines: [["normalize.std:", "greater than 0", "found 0"]] },
  {
    of: "a clamp that is too large",
    fields: { "train.loss.clamp": 1 },
    lines: [["train.loss.clamp:", "at most 0.1", "found 1"]],
  },
  {
    of: "a value that is not one of the allowed ones",
    fields: { "train.loss.reduction": "avg" },
    lines: [["train.loss.reduction:", 'expected "sum" or "mean"', 'found "avg"']],
  },
  {
    of: "an unknown optimizer",
    fields: { "train.optimizer.name": "no-such-optimizer" },
    lines: [["train.optimizer.name:", 'expected "basic" or "sgd"', 'found "no-such-optimizer"']],
  },
  {
    of: "an unknown source",
    fields: { "download.source": { from: "ftp" } },
    lines: [["download.source.from:", 'expected "npm" or "https" or "file"', 'found "ftp"']],
  },
  {
    of: "layer sizes that do not fit",
    fields: { "train.model": ["linear(784,30)", "relu", "linear(20,10)", "softmax"] },
    lines: [["train.model:", "linear(784,30) outputs 30", "linear(20,10) takes 20", "Make the two sizes equal"]],
  },
  {
    of: "no softmax",
    fields: { "train.model": ["linear(784,10)"] },
    lines: [["train.model:", "last layer must be softmax", "linear(784,10)"]],
  },
  {
    of: "an unknown layer",
    fields: { "train.model": ["conv(3)", "linear(784,10)", "softmax"] },
    lines: [["train.model.0:", '"linear(in,out,bias=true)", "relu"', 'found "conv(3)"']],
  },
  {
    of: "a layer of size 0",
    fields: { "train.model": ["linear(784,0)", "softmax"] },
    lines: [["train.model.0:", "at least 1", "linear(784,0)"]],
  },
  {
    of: "an empty model",
    fields: { "train.model": [] },
    lines: [["train.model:", "at least 1", "found []"]],
  },
  {
    of: "manual gradients of two layers",
    fields: { "train.gradient": "manual" },
    lines: [["train.gradient:", "one linear layer and softmax", "use autograd", 'found "manual"']],
  },
  {
    of: "manual gradients without a bias",
    fields: { "train.gradient": "manual", "train.model": ["linear(784,10,bias=false)", "softmax"] },
    lines: [["train.gradient:", "and softmax, with a bias", "use autograd"]],
  },
  {
    of: "logits for a loss of probabilities",
    fields: { "train.model": ["linear(784,10)"], "train.loss": { name: "cross-entropy" } },
    lines: [["train.model:", "The loss takes probabilities", "cross-entropy-logits", "mean-squared-error"]],
  },
  {
    of: "softmax before a loss of logits",
    fields: { "train.loss": { name: "cross-entropy-logits" } },
    lines: [["train.model:", "the last layer softmax outputs probabilities. Remove it", '"cross-entropy"']],
  },
  {
    of: "too much label smoothing",
    fields: {
      "train.model": ["linear(784,10)"],
      "train.loss": { name: "cross-entropy-logits", label_smoothing: 1.5 },
    },
    lines: [["train.loss.label_smoothing:", "at most 1", "found 1.5"]],
  },
  {
    of: "nesterov without momentum",
    fields: { "train.optimizer": { ...sgd, nesterov: true } },
    lines: [["train.optimizer:", "nesterov requires a momentum above 0", '"nesterov":true']],
  },
  {
    of: "mean without std",
    fields: { "pipeline.normalize": { mean: 0.1307 } },
    lines: [["pipeline.normalize:", "mean and std belong together", '{"mean":0.1307}']],
  },
  {
    of: "an unknown dataset without files",
    fields: { "pipeline.download": { dataset: "digits" } },
    lines: [["download.files:", "requires files", "names", "found nothing"]],
  },
  {
    of: "an invalid digest",
    fields: { "download.files.train_images.sha256": "abc" },
    lines: [["files.train_images.sha256:", "64 lower-case hex digits", 'found "abc"']],
  },
  {
    of: "an unknown field of a file",
    fields: { "download.files.train_images.shs256": "abc" },
    lines: [["files.train_images.shs256:", 'unknown field; did you mean "sha256"?']],
  },
  {
    of: "a number for a file",
    fields: { "download.files.train_images": 5 },
    lines: [["download.files.train_images:", "a string or an object", "found 5"]],
  },
  {
    of: "an unsafe URL",
    fields: { "download.source": { from: "https", url: "http://example.org/" } },
    lines: [["download.source.url:", "https://host/folder/", 'found "http://example.org/"']],
  },
  ...["..", "../b", "/b", "a\\b", ""].map((name) => ({
    of: `the file name ${JSON.stringify(name)}`,
    fields: { "download.files.train_images.name": name },
    lines: [["files.train_images.name:", "the name of a file in the source's folder", JSON.stringify(name)]],
  })),
  ...["..", "../x", "file:///etc", "npm:x", "https://example.org", "a/b", "@a/../b", "@a"].map((name) => ({
    of: `the package ${name}`,
    fields: { "download.source": { from: "npm", package: name } },
    lines: [["source.package:", "the name of a package", name]],
  })),
  {
    of: "a NUL in a folder",
    fields: { "download.source.path": "a\0b" },
    lines: [["source.path:", "control characters"]],
  },
  ...["file://elsewhere/x", "file:///%00", "file:///%E0%A4%A"].map((path) => ({
    of: `the folder ${JSON.stringify(path)}`,
    fields: { "download.source.path": path },
    lines: [["source.path:", "a path, or a file:/// URL", JSON.stringify(path)]],
  })),
  { of: "a negative seed", fields: { seed: -1 }, lines: [["seed:", "at least 0", "found -1"]] },
  { of: "a string for a seed", fields: { seed: "x" }, lines: [["seed:", "a number", 'found "x"']] },
  { of: "a name with a slash", fields: { name: "a/b" }, lines: [["name:", "starting with a letter", 'found "a/b"']] },
  { of: "a very long name", fields: { name: "n".repeat(300) }, lines: [["name:", "at most 100", "nnnn…"]] },
  { of: "no pipeline", fields: { pipeline: undefined }, lines: [["pipeline:", "an object", "found nothing"]] },
  {
    of: "no train stage",
    fields: { "pipeline.train": undefined },
    lines: [["train.model:", "a list"], ["train.optimizer:", "an object"], ["train.epochs:", "a number"]],
  },
  {
    of: "two mistakes at once",
    fields: { "train.epochs": "3", "batch.size": 0 },
    lines: [["batch.size:"], ["train.epochs:"]],
  },
];

for (const { of, fields, lines } of MISTAKES) {
  Deno.test(`loadExperiment() explains ${of}`, () => {
    withExperiments(({ write }) => {
      const file = write("bad.json", changed(digits(), fields));
      const { message } = assertThrows(() => loadExperiment(classifier, file, []), ConfigError);
      const [head, ...found] = message.split("\n");
      assertEquals(head, `${file} is not a valid experiment:`);
      assertEquals(found.length, lines.length, message);
      lines.forEach((parts, i) => {
        for (const part of parts) assertStringIncludes(found[i], part);
      });
      assert(found.every((line) => !/undefined|\[object|ZodError|Invalid input/.test(line)), message);
    });
  });
}

/** Sets values in `experiment`, at paths that start with a stage, "pipeline" or a field. */
function changed(experiment: Record<string, unknown>, fields: Record<string, unknown>): Record<string, unknown> {
  for (const [path, value] of Object.entries(fields)) {
    const segments = path.split(".");
    const pipeline = experiment.pipeline as Record<string, unknown>;
    let at = (segments[0] in pipeline ? pipeline : experiment) as Record<string, unknown>;
    for (const segment of segments.slice(0, -1)) at = (at[segment] ??= {}) as Record<string, unknown>;
    at[segments.at(-1)!] = value;
  }
  return experiment;
}

/** A valid experiment, with every stage of the chain. */
function digits(): Record<string, unknown> {
  const file = (name: string) => ({ name, sha256: "0".repeat(64) });
  const files = { train_images: file("a"), train_labels: file("b"), test_images: file("c"), test_labels: file("d") };
  const model = ["linear(784,30)", "relu", "linear(30,10)", "softmax"];
  return {
    name: "good",
    seed: 0,
    pipeline: {
      download: { dataset: "digits", source: { from: "file", path: "data" }, files },
      tensorize: {},
      normalize: { mean: 0.1307, std: 0.3081 },
      batch: { size: 64 },
      train: { model, optimizer: { ...sgd }, epochs: 2 },
      validate: {},
    },
  };
}
