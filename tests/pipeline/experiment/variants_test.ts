import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Override } from "../../../pipeline/experiment/override.ts";
import { readableFolders } from "../../../pipeline/experiment/folders.ts";
import { readSettings } from "../../../pipeline/experiment/grid.ts";
import { distinct, runName, variantsOf } from "../../../pipeline/experiment/variants.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { type Experiments, withExperiments } from "./experiments.ts";
import { toys } from "./toy_pipeline.ts";

function namesOf({ write, good }: Experiments, set: string[], seeds: string | null = null): string[] {
  const { settings } = readSettings(set, seeds);
  return variantsOf(toys, [write("good.json", good())], settings).map(({ runName }) => runName);
}

Deno.test("variantsOf() names a run after the experiment if nothing is changed", () => {
  withExperiments((experiments) => assertEquals(namesOf(experiments, []), ["good"]));
});

Deno.test("variantsOf() names a variant after the changed values, sorted by path", () => {
  withExperiments((experiments) => {
    assertEquals(namesOf(experiments, ["fit.epochs=3", "seed=7"]), ["good@fit.epochs=3,seed=7"]);
    assertEquals(namesOf(experiments, ["seed=7", "fit.epochs=3"]), ["good@fit.epochs=3,seed=7"]);
  });
});

Deno.test("variantsOf() ignores overrides that repeat a value of the file", () => {
  withExperiments((experiments) => {
    assertEquals(namesOf(experiments, ["fit.epochs=2"]), ["good"]);
    assertEquals(namesOf(experiments, ["fit.epochs=2", "seed=7"]), ["good@seed=7"]);
    assertEquals(namesOf(experiments, ["scale.mode=unit"]), ["good"], "a default");
    assertEquals(namesOf(experiments, ["seed=7", "fit.seed=7"]), ["good@seed=7"], "implied by the seed");
  });
});

Deno.test("variantsOf() keeps one of two overrides with the same effect", () => {
  withExperiments((experiments) => {
    const names = namesOf(experiments, ['fit.optimizer={"name":"sgd","lr":0.5}', "fit.optimizer.lr=0.5"]);
    assertEquals(names, ["good@fit.optimizer.lr=0.5"]);
  });
});

Deno.test("variantsOf() applies the last of several overrides of one path", () => {
  withExperiments((experiments) => {
    assertEquals(namesOf(experiments, ["fit.epochs=9", "fit.epochs=3"]), ["good@fit.epochs=3"]);
    assertEquals(namesOf(experiments, ["fit.epochs=9", "fit.epochs=2"]), ["good"]);
  });
});

Deno.test("variantsOf() renames the run if the name is set", () => {
  withExperiments((experiments) => {
    assertEquals(namesOf(experiments, ["name=mine"]), ["mine"]);
    assertEquals(namesOf(experiments, ["name=mine", "seed=1"]), ["mine@seed=1"]);
  });
});

Deno.test("variantsOf() makes one run per seed; the file's own seed is not part of the name", () => {
  withExperiments((experiments) => {
    assertEquals(namesOf(experiments, [], "0..2"), ["good", "good@seed=1", "good@seed=2"]);
    assertEquals(namesOf(experiments, ["seed=5"], "1"), ["good@seed=1"], "seeds take precedence over --set seed");
  });
});

Deno.test("variantsOf() makes one run per combination, with a name of its own and its choices", () => {
  withExperiments(({ write, good }) => {
    const { settings } = readSettings(["fit.optimizer.lr=0.1,0.5", "fit.epochs=2,3"], "0,1");
    const variants = variantsOf(toys, [write("good.json", good())], settings);
    assertEquals(variants.map(({ runName, choices }) => [runName, ...Object.values(choices)]), [
      ["good", 0.1, 2, 0],
      ["good@seed=1", 0.1, 2, 1],
      ["good@fit.epochs=3", 0.1, 3, 0],
      ["good@fit.epochs=3,seed=1", 0.1, 3, 1],
      ["good@fit.optimizer.lr=0.5", 0.5, 2, 0],
      ["good@fit.optimizer.lr=0.5,seed=1", 0.5, 2, 1],
      ["good@fit.epochs=3,fit.optimizer.lr=0.5", 0.5, 3, 0],
      ["good@fit.epochs=3,fit.optimizer.lr=0.5,seed=1", 0.5, 3, 1],
    ]);
    assertEquals(Object.keys(variants[0].choices), ["fit.optimizer.lr", "fit.epochs", "seed"]);
  });
});

Deno.test("variantsOf() gives unique names to a grid of values that names cannot show", () => {
  withExperiments((experiments) => {
    const lists = Array.from({ length: 6 }, (_, i) => JSON.stringify(Array(30).fill("wide layer").concat(`end ${i}`)));
    const names = namesOf(experiments, [`fit.model=${lists.join(",")}`, "fit.epochs=2,3"]);
    assertEquals([names.length, new Set(names).size], [12, 12]);
  });
});

Deno.test("variantsOf() has no password in the choices", () => {
  withExperiments(({ write, good }) => {
    const { settings } = readSettings(["about=https://me:secret@host/1,https://me:secret@host/2"]);
    const text = JSON.stringify(variantsOf(toys, [write("good.json", good())], settings));
    assertEquals(text.includes("secret"), false);
  });
});

Deno.test("variantsOf() refuses a grid with an invalid combination, and names its value", () => {
  withExperiments((experiments) => {
    const { message } = assertThrows(() => namesOf(experiments, ["fit.optimizer.lr=0.1,0"]), ConfigError);
    assertStringIncludes(message, "pipeline.fit.optimizer.lr (set by --set fit.optimizer.lr=0)");
  });
});

Deno.test("variantsOf() loads an experiment that is only valid with an override", () => {
  withExperiments(({ write, good }) => {
    const experiment = good();
    delete experiment.pipeline.fit.epochs;
    const [variant] = variantsOf(toys, [write("open.json", experiment)], [{ path: "fit.epochs", values: [4] }]);
    assertEquals(variant.runName, "good@fit.epochs=4");
    assertEquals(variant.experiment.pipeline.fit.epochs, 4);
  });
});

Deno.test("variantsOf() returns plain data, which can be sent to a worker", () => {
  withExperiments(({ write, good }) => {
    const [variant] = variantsOf(toys, [write("good.json", good())], [{ path: "seed", values: [1, 2] }]);
    assertEquals(structuredClone(variant), variant);
    assertEquals(Object.keys(variant), [
      "file",
      "files",
      "names",
      "experiment",
      "params",
      "sweep",
      "runName",
      "choices",
    ]);
  });
});

Deno.test("distinct() returns an experiment once if it is given twice", () => {
  withExperiments(({ write, good }) => {
    const [a, b] = [write("a.json", good()), write("b.json", good())];
    assertEquals(
      distinct(variantsOf(toys, [a, b, a], [{ path: "seed", values: [0, 1] }])).map(({ runName }) => runName),
      [
        "good",
        "good@seed=1",
      ],
    );
  });
});

Deno.test("variantsOf() looks at a file once for all seeds, and its runs are those of one seed at a time", () => {
  withExperiments(({ write, good }) => {
    const files = [write("good.json", good()), write("other.json", { ...good(), name: "other" })];
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const settingsOf = (values: readonly number[]) => [{ path: "fit.epochs", values: [9] }, { path: "seed", values }];
    const asked: string[] = [];
    const all = variantsOf(toys, files, settingsOf(seeds), (file) => {
      asked.push(file);
      return readableFolders(file, []);
    });
    assertEquals(asked, files);
    const single = files.flatMap((file) => seeds.flatMap((seed) => variantsOf(toys, [file], settingsOf([seed]))));
    assertEquals(all.map(({ choices: _, ...rest }) => ({ ...rest, choices: {} })), single);
  });
});

Deno.test("distinct() rejects two different experiments with the same name", () => {
  withExperiments(({ write, good }) => {
    const other = good();
    other.pipeline.fit.epochs = 5;
    const [a, b] = [write("a.json", good()), write("b.json", other)];
    const { message } = assertThrows(() => distinct(variantsOf(toys, [a, b], [])), ConfigError);
    for (const part of [a, b, "named good", '"name"']) assertStringIncludes(message, part);
  });
});

Deno.test("runName() cuts a long name, and adds a digest of the changed values", () => {
  const long = (last: string): Override[] => [
    { path: "fit.model", value: Array(20).fill("linear(784,784)").concat(last) },
  ];
  const [a, b] = [runName("deep", long("a")), runName("deep", long("b"))];
  assertEquals([a.length, b.length], [120, 120]);
  assertMatch(a, /^deep@fit\.model=.*~[0-9a-f]{8}$/);
  assertNotEquals(a, b);
});

Deno.test("runName() replaces unsafe characters, and distinguishes such names by a digest", () => {
  const names = ["a/b", "a b", "a\\b", "a_b", "../../b", 'a"b', "a\nb", "ä"].map((value) =>
    runName("x", [{ path: "about", value }])
  );
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assertMatch(name, /^x@about=[A-Za-z0-9._()+-]+(~[0-9a-f]{8})?$/);
  assertEquals(names[3], "x@about=a_b");
});

const paths = fc.constantFrom("seed", "about", "fit.epochs", "fit.init", "fit.model");
const change = fc.dictionary(paths, fc.oneof(fc.nat(), fc.string(), fc.array(fc.string(), { maxLength: 3 })), {
  minKeys: 1,
});

function overridesOf(changes: Record<string, unknown>): Override[] {
  return Object.entries(changes).map(([path, value]) => ({ path, value }));
}

/** What a run's name must distinguish: values as on a command line. */
function written(changes: Record<string, unknown>): string {
  const text = (value: unknown) => typeof value === "string" ? value : JSON.stringify(value);
  return JSON.stringify(Object.entries(changes).map(([path, value]) => [path, text(value)]).sort());
}

Deno.test("runName() is a safe name for a folder", () => {
  fc.assert(fc.property(change, (changes) => {
    const name = runName("x", overridesOf(changes));
    assertMatch(name, /^x@[A-Za-z0-9._()+=,~-]+$/);
    assert(name.length <= 120);
  }));
});

Deno.test("runName() is the same for the same changes in any order, and different for others", () => {
  fc.assert(fc.property(change, change, (a, b) => {
    assertEquals(runName("x", overridesOf(a)), runName("x", overridesOf(a).reverse()));
    assertEquals(runName("x", overridesOf(a)) === runName("x", overridesOf(b)), written(a) === written(b));
  }));
});
