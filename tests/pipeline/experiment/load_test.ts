import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { ConfigError, UsageError } from "../../../pipeline/engine/run_errors.ts";
import { withExperiments } from "./experiments.ts";
import { toys } from "./toy_pipeline.ts";
import { parseOverride } from "./parse_override.ts";

Deno.test("loadExperiment() fills in the defaults", () => {
  withExperiments(({ write, good }) => {
    const { experiment } = loadExperiment(toys, write("good.json", good()), []);
    assertEquals(experiment.pipeline.scale, { mode: "unit", factor: 1 });
    assertEquals(experiment.pipeline.fit.loss, { reduction: "mean" });
    assertEquals(experiment.pipeline.judge, { batch_size: 64 });
  });
});

Deno.test("loadExperiment() requires params only of stages without defaults for all of them, and lists what is missing", () => {
  withExperiments(({ write, good }) => {
    const experiment = good();
    for (const stage of ["collect", "scale", "shuffle", "judge"]) delete experiment.pipeline[stage];
    const { pipeline } = loadExperiment(toys, write("short.json", experiment), []).experiment;
    assertEquals(pipeline.collect, { source: { from: "shop", item: "rows" }, files: ["a", "b"] });
    delete experiment.pipeline.fit;
    const { message } = assertThrows(() => loadExperiment(toys, write("short.json", experiment), []), ConfigError);
    for (
      const field of [
        "model: expected a list",
        'optimizer: expected an object with "name": "basic" or "sgd"',
        "epochs: expected a number",
      ]
    ) {
      assertStringIncludes(message, `pipeline.fit.${field}, but found nothing`);
    }
    const odd = write("odd.json", { ...good(), pipeline: { ...good().pipeline, judge: null } });
    assertThrows(
      () => loadExperiment(toys, odd, []),
      ConfigError,
      "pipeline.judge: expected an object, but found null",
    );
  });
});

Deno.test("loadExperiment() takes the name of the file if the name is omitted", () => {
  withExperiments(({ write, good }) => {
    const { name: _, ...nameless } = good();
    assertEquals(loadExperiment(toys, write("wide-net.json", nameless), []).experiment.name, "wide-net");
  });
});

Deno.test("loadExperiment() uses its seed for stages without one", () => {
  withExperiments(({ write, good }) => {
    const experiment = good();
    experiment.seed = 7;
    experiment.pipeline.shuffle.seed = 3;
    const { pipeline } = loadExperiment(toys, write("good.json", experiment), []).experiment;
    assertEquals([pipeline.shuffle.seed, pipeline.fit.seed], [3, 7]);
  });
});

Deno.test("loadExperiment() reports an invalid seed once", () => {
  withExperiments(({ write, good }) => {
    const file = write("good.json", { ...good(), seed: "x" });
    const { message } = assertThrows(() => loadExperiment(toys, file, []), ConfigError);
    assertEquals(message.split("\n").slice(1), ['  seed: expected a number, but found "x"']);
  });
});

Deno.test("loadExperiment() has the seed 0 by default", () => {
  withExperiments(({ write, good }) => {
    const { seed: _, ...seedless } = good();
    const { seed, pipeline } = loadExperiment(toys, write("good.json", seedless), []).experiment;
    assertEquals([seed, pipeline.shuffle.seed, pipeline.fit.seed], [0, 0, 0]);
  });
});

Deno.test("loadExperiment() inherits values from an extended file, field by field", () => {
  withExperiments(({ write, good }) => {
    write("base.json", { ...good(), name: "base", about: "the base" });
    const file = write("longer.json", { extends: "base.json", pipeline: { fit: { epochs: 9 } } });
    const { experiment, names } = loadExperiment(toys, file, []);
    assertEquals([experiment.name, experiment.about, new Set(names)], [
      "longer",
      "the base",
      new Set(["longer", "base"]),
    ]);
    assertEquals(experiment.pipeline.fit.epochs, 9);
    assertEquals(experiment.pipeline.fit.optimizer, { name: "sgd", lr: 0.1, momentum: 0 });
    assertEquals("extends" in experiment, false);
  });
});

Deno.test("loadExperiment() replaces an inherited list completely", () => {
  withExperiments(({ write, good }) => {
    write("base.json", good());
    const model = ["linear(784,10)", "softmax"];
    const file = write("small.json", { extends: "base.json", pipeline: { fit: { model } } });
    assertEquals(loadExperiment(toys, file, []).experiment.pipeline.fit.model, model);
  });
});

Deno.test("loadExperiment() applies overrides to inherited values", () => {
  withExperiments(({ write, good }) => {
    write("base.json", good());
    write("middle.json", { extends: "base.json", pipeline: { fit: { epochs: 9 } } });
    const file = write("top.json", { extends: "middle.json", seed: 4 });
    const { seed, pipeline } = loadExperiment(toys, file, [parseOverride("fit.epochs=11")]).experiment;
    assertEquals([seed, pipeline.fit.epochs, pipeline.fit.seed], [4, 11, 4]);
  });
});

Deno.test("loadExperiment() rejects an experiment that extends itself, and shows the cycle", () => {
  withExperiments(({ write, good }) => {
    const alone = write("alone.json", { ...good(), extends: "alone.json" });
    const { message } = assertThrows(() => loadExperiment(toys, alone, []), ConfigError);
    assertEquals(message, `${alone} extends itself: alone.json → alone.json. Remove one "extends".`);
    const a = write("a.json", { extends: "b.json" });
    write("b.json", { extends: "c.json" });
    write("c.json", { extends: "a.json" });
    const round = assertThrows(() => loadExperiment(toys, a, []), ConfigError);
    assertMatch(round.message, /extends itself: a\.json → b\.json → c\.json → a\.json\. Remove/);
  });
});

Deno.test("loadExperiment() names both files if the extended one does not exist", () => {
  withExperiments(({ write, path }) => {
    const file = write("top.json", { extends: "nowhere.json" });
    const { message } = assertThrows(() => loadExperiment(toys, file, []), ConfigError);
    assertStringIncludes(message, `Cannot read the experiment ${path("nowhere.json")}: there is no such file`);
    assertStringIncludes(message, `${file} extends it`);
  });
});

Deno.test("loadExperiment() refers to the included experiments if the file does not exist", () => {
  const { message } = assertThrows(() => loadExperiment(toys, "no/such.json", []), ConfigError);
  assertStringIncludes(message, "no/such.json: there is no such file");
  assertStringIncludes(message, "experiments/");
});

Deno.test("loadExperiment() rejects a folder", () => {
  withExperiments(({ folder }) => {
    const { message } = assertThrows(() => loadExperiment(toys, folder, []), ConfigError);
    assertStringIncludes(message, `Cannot read the experiment ${folder}`);
  });
});

Deno.test("loadExperiment() reports line and column of invalid JSON", () => {
  withExperiments(({ write }) => {
    const file = write("broken.json", '{\n  "name": "x",\n  "seed": ,\n}');
    const { message } = assertThrows(() => loadExperiment(toys, file, []), ConfigError);
    assertStringIncludes(message, `${file} is not valid JSON: line 3, column 11: `);
  });
});

Deno.test("loadExperiment() rejects JSON that is not an object", () => {
  withExperiments(({ write }) => {
    for (const text of ["[]", "3", "null", '"two-layer"']) {
      const { message } = assertThrows(() => loadExperiment(toys, write("odd.json", text), []), ConfigError);
      assertStringIncludes(message, "odd.json must contain a JSON object");
    }
  });
});

Deno.test("loadExperiment() suggests a stage or field if an override starts with something else", () => {
  withExperiments(({ write, good }) => {
    const file = write("good.json", good());
    const near = assertThrows(() => loadExperiment(toys, file, [parseOverride("fti.epochs=3")]), ConfigError);
    assertStringIncludes(near.message, 'Did you mean "fit"?');
    const far = assertThrows(() => loadExperiment(toys, file, [parseOverride("optimizer.lr=3")]), ConfigError);
    assertStringIncludes(
      far.message,
      "Available: collect, scale, shuffle, fit, judge, noise, seed, name, about, chain, sweep.",
    );
  });
});

Deno.test("loadExperiment() names the override that set an invalid value, and no other", () => {
  withExperiments(({ write, good }) => {
    const experiment = { ...good(), seed: -1 };
    experiment.pipeline.fit.epochs = -3;
    const overrides = ["fit.e=1", "shuffle.size=0"].map(parseOverride);
    const { message } = assertThrows(
      () => loadExperiment(toys, write("good.json", experiment), overrides),
      ConfigError,
    );
    const lines = message.split("\n").slice(1).sort();
    assertMatch(lines[2], /^ {2}pipeline\.shuffle\.size \(set by --set shuffle\.size=0\): expected/);
    assertMatch(lines[0], /^ {2}pipeline\.fit\.e \(set by --set fit\.e=1\): unknown field/);
    assertMatch(lines[1], /^ {2}pipeline\.fit\.epochs: expected/);
    assertMatch(lines[3], /^ {2}seed: expected/);
  });
});

Deno.test("loadExperiment() shows a number that JSON cannot represent", () => {
  withExperiments(({ write, good }) => {
    const file = write("good.json", good());
    const { message } = assertThrows(
      () => loadExperiment(toys, file, [parseOverride("fit.optimizer.lr=1e400")]),
      ConfigError,
    );
    assertStringIncludes(message, "found Infinity");
  });
});

Deno.test("loadExperiment() rejects an override that leads through a scalar", () => {
  withExperiments(({ write, good }) => {
    const file = write("good.json", good());
    assertThrows(() => loadExperiment(toys, file, [parseOverride("fit.epochs.x=3")]), UsageError);
  });
});

Deno.test("an override does not change the value of another one, which other runs have too", () => {
  withExperiments(({ write, good }) => {
    const optimizer = { name: "sgd", lr: 0.5 };
    const file = write("good.json", good());
    const { experiment } = loadExperiment(toys, file, [
      { path: "fit.optimizer", value: optimizer },
      { path: "fit.optimizer.lr", value: 0.25 },
    ]);
    assertEquals((experiment.pipeline.fit.optimizer as { lr: number }).lr, 0.25);
    assertEquals(optimizer.lr, 0.5);
  });
});
