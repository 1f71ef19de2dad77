import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { basename, join } from "node:path";
import { loadExperiment, paramsForRun } from "../../../pipeline/experiment/load.ts";
import { parseOverride } from "../../../pipeline/experiment/override.ts";
import { ConfigError, UsageError } from "../../../pipeline/engine/run_errors.ts";
import { withExperiments } from "./experiments.ts";

Deno.test("loadExperiment() fills in the defaults", () => {
  withExperiments(({ write, good }) => {
    const { experiment } = loadExperiment(write("good.json", good()), []);
    assertEquals(experiment.pipeline.tensorize, { scale: "unit", classes: 10 });
    assertEquals(experiment.pipeline.train.loss, { name: "cross-entropy", reduction: "mean", clamp: 1e-10 });
    assertEquals(experiment.pipeline.validate, { batch_size: 64 });
  });
});

Deno.test("loadExperiment() names the experiment after its file when the name is left out", () => {
  withExperiments(({ write, good }) => {
    const { name: _, ...nameless } = good();
    assertEquals(loadExperiment(write("wide-net.json", nameless), []).experiment.name, "wide-net");
  });
});

Deno.test("loadExperiment() gives its seed to the stages that name none", () => {
  withExperiments(({ write, good }) => {
    const experiment = good();
    experiment.seed = 7;
    experiment.pipeline.batch.seed = 3;
    const { pipeline } = loadExperiment(write("good.json", experiment), []).experiment;
    assertEquals([pipeline.batch.seed, pipeline.train.seed], [3, 7]);
  });
});

Deno.test("loadExperiment() takes the seed 0 when no seed is named", () => {
  withExperiments(({ write, good }) => {
    const { seed: _, ...seedless } = good();
    const { seed, pipeline } = loadExperiment(write("good.json", seedless), []).experiment;
    assertEquals([seed, pipeline.batch.seed, pipeline.train.seed], [0, 0, 0]);
  });
});

Deno.test("loadExperiment() takes what a file does not say from the one it extends, field by field", () => {
  withExperiments(({ write, good }) => {
    write("base.json", { ...good(), name: "base", about: "the base" });
    const file = write("longer.json", { extends: "base.json", pipeline: { train: { epochs: 9 } } });
    const { experiment } = loadExperiment(file, []);
    assertEquals([experiment.name, experiment.about], ["longer", "the base"]);
    assertEquals(experiment.pipeline.train.epochs, 9);
    assertEquals(experiment.pipeline.train.optimizer.lr, 0.1);
    assertEquals("extends" in experiment, false);
  });
});

Deno.test("loadExperiment() replaces a list as a whole when a file extends another", () => {
  withExperiments(({ write, good }) => {
    write("base.json", good());
    const model = ["linear(784,10)", "softmax"];
    const file = write("small.json", { extends: "base.json", pipeline: { train: { model } } });
    assertEquals(loadExperiment(file, []).experiment.pipeline.train.model, model);
  });
});

Deno.test("loadExperiment() applies overrides over what extends gave", () => {
  withExperiments(({ write, good }) => {
    write("base.json", good());
    write("middle.json", { extends: "base.json", pipeline: { train: { epochs: 9 } } });
    const file = write("top.json", { extends: "middle.json", seed: 4 });
    const { seed, pipeline } = loadExperiment(file, [parseOverride("train.epochs=11")]).experiment;
    assertEquals([seed, pipeline.train.epochs, pipeline.train.seed], [4, 11, 4]);
  });
});

Deno.test("loadExperiment() refuses an experiment that extends itself, and shows the way round", () => {
  withExperiments(({ write, good }) => {
    const alone = write("alone.json", { ...good(), extends: "alone.json" });
    const { message } = assertThrows(() => loadExperiment(alone, []), ConfigError);
    assertEquals(message, `${alone} extends itself: alone.json → alone.json.`);
    const a = write("a.json", { extends: "b.json" });
    write("b.json", { extends: "c.json" });
    write("c.json", { extends: "a.json" });
    const round = assertThrows(() => loadExperiment(a, []), ConfigError);
    assertMatch(round.message, /extends itself: a\.json → b\.json → c\.json → a\.json\.$/);
  });
});

Deno.test("loadExperiment() names both files when the one that is extended is not there", () => {
  withExperiments(({ write, path }) => {
    const file = write("top.json", { extends: "nowhere.json" });
    const { message } = assertThrows(() => loadExperiment(file, []), ConfigError);
    assertStringIncludes(message, `Cannot read the experiment ${path("nowhere.json")}: there is no such file`);
    assertStringIncludes(message, `${file} extends it`);
  });
});

Deno.test("loadExperiment() points to the experiments when the file is not there", () => {
  const { message } = assertThrows(() => loadExperiment("no/such.json", []), ConfigError);
  assertStringIncludes(message, "no/such.json: there is no such file");
  assertStringIncludes(message, "experiments/");
});

Deno.test("loadExperiment() says that a folder is no experiment", () => {
  withExperiments(({ folder }) => {
    const { message } = assertThrows(() => loadExperiment(folder, []), ConfigError);
    assertStringIncludes(message, `Cannot read the experiment ${folder}`);
  });
});

Deno.test("loadExperiment() tells line and column of broken JSON", () => {
  withExperiments(({ write }) => {
    const file = write("broken.json", '{\n  "name": "x",\n  "seed": ,\n}');
    const { message } = assertThrows(() => loadExperiment(file, []), ConfigError);
    assertStringIncludes(message, `${file} is not JSON: line 3, column 11: `);
  });
});

Deno.test("loadExperiment() refuses JSON that is not an object", () => {
  withExperiments(({ write }) => {
    for (const text of ["[]", "3", "null", '"two-layer"']) {
      const { message } = assertThrows(() => loadExperiment(write("odd.json", text), []), ConfigError);
      assertStringIncludes(message, "odd.json must hold a JSON object");
    }
  });
});

Deno.test("loadExperiment() names the nearest stage or field when an override starts elsewhere", () => {
  withExperiments(({ write, good }) => {
    const file = write("good.json", good());
    const near = assertThrows(() => loadExperiment(file, [parseOverride("trian.epochs=3")]), ConfigError);
    assertStringIncludes(near.message, 'Did you mean "train"?');
    const far = assertThrows(() => loadExperiment(file, [parseOverride("optimizer.lr=3")]), ConfigError);
    assertStringIncludes(far.message, "Known: download, tensorize, normalize, batch, train, validate, seed");
  });
});

Deno.test("loadExperiment() says which override set what is wrong, and no other", () => {
  withExperiments(({ write, good }) => {
    const experiment = { ...good(), seed: -1 };
    experiment.pipeline.train.epochs = -3;
    const overrides = ["train.e=1", "batch.size=0"].map(parseOverride);
    const { message } = assertThrows(() => loadExperiment(write("good.json", experiment), overrides), ConfigError);
    const lines = message.split("\n").slice(1).sort();
    assertMatch(lines[0], /^ {2}pipeline\.batch\.size \(set by --set batch\.size=0\): expected/);
    assertMatch(lines[1], /^ {2}pipeline\.train\.e \(set by --set train\.e=1\): unknown field/);
    assertMatch(lines[2], /^ {2}pipeline\.train\.epochs: expected/);
    assertMatch(lines[3], /^ {2}seed: expected/);
  });
});

Deno.test("loadExperiment() shows a number that JSON cannot write as it is", () => {
  withExperiments(({ write, good }) => {
    const file = write("good.json", good());
    const { message } = assertThrows(
      () => loadExperiment(file, [parseOverride("train.optimizer.lr=1e400")]),
      ConfigError,
    );
    assertStringIncludes(message, "found Infinity");
  });
});

Deno.test("loadExperiment() refuses an override that leads through a scalar", () => {
  withExperiments(({ write, good }) => {
    const file = write("good.json", good());
    assertThrows(() => loadExperiment(file, [parseOverride("train.epochs.x=3")]), UsageError);
  });
});

Deno.test("paramsForRun() finds a source's folder from the file that names it, also through extends", () => {
  withExperiments(({ write, folder, good }) => {
    const own = write("sets/base.json", good());
    const derived = write("mine/top.json", { extends: "../sets/base.json" });
    for (const file of [own, derived]) {
      const { source } = paramsForRun(loadExperiment(file, [], [folder])).download as { source: { path: string } };
      assertEquals(source.path, join(folder, "sets", "data"));
    }
    assertEquals(basename(derived), "top.json");
    const { source } = loadExperiment(derived, [], [folder]).experiment.pipeline.download;
    assertEquals(source, { from: "file", path: "../sets/data" });
  });
});

Deno.test("paramsForRun() leaves absolute folders, URLs and other sources as they are", () => {
  withExperiments(({ write, good, path }) => {
    for (const place of [path("elsewhere"), "file:///some/data"]) {
      const experiment = good();
      experiment.pipeline.download.source.path = place;
      write("sets/base.json", experiment);
      const file = write("top.json", { extends: "sets/base.json" });
      const { source } = paramsForRun(loadExperiment(file, [], ["/some"])).download as { source: { path: string } };
      assertEquals(source.path, place);
    }
    const loaded = loadExperiment("experiments/two-layer.json", []);
    assertEquals(paramsForRun(loaded), loaded.experiment.pipeline);
  });
});
