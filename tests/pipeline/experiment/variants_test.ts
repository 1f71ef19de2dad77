import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Override, parseOverride } from "../../../pipeline/experiment/override.ts";
import { readableFolders } from "../../../pipeline/experiment/folders.ts";
import { distinct, parseSeeds, runName, variantsOf } from "../../../pipeline/experiment/variants.ts";
import { ConfigError, UsageError } from "../../../pipeline/engine/run_errors.ts";
import { type Experiments, withExperiments } from "./experiments.ts";
import { toys } from "./toy_pipeline.ts";

function namesOf({ write, good }: Experiments, sets: string[], seeds: number[] | null = null): string[] {
  return variantsOf(toys, [write("good.json", good())], sets.map(parseOverride), seeds).map((variant) =>
    variant.runName
  );
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
    assertEquals(namesOf(experiments, [], [0, 1, 2]), ["good", "good@seed=1", "good@seed=2"]);
    assertEquals(namesOf(experiments, ["seed=5"], [1]), ["good@seed=1"], "seeds take precedence over --set seed");
  });
});

Deno.test("variantsOf() loads an experiment that is only valid with an override", () => {
  withExperiments(({ write, good }) => {
    const experiment = good();
    delete experiment.pipeline.fit.epochs;
    const [variant] = variantsOf(toys, [write("open.json", experiment)], [parseOverride("fit.epochs=4")], null);
    assertEquals(variant.runName, "good@fit.epochs=4");
    assertEquals(variant.experiment.pipeline.fit.epochs, 4);
  });
});

Deno.test("variantsOf() returns plain data, which can be sent to a worker", () => {
  withExperiments(({ write, good }) => {
    const [variant] = variantsOf(toys, [write("good.json", good())], [], [1]);
    assertEquals(structuredClone(variant), variant);
    assertEquals(Object.keys(variant), ["file", "files", "experiment", "params", "runName"]);
  });
});

Deno.test("distinct() returns an experiment once if it is given twice", () => {
  withExperiments(({ write, good }) => {
    const [a, b] = [write("a.json", good()), write("b.json", good())];
    assertEquals(distinct(variantsOf(toys, [a, b, a], [], [0, 1])).map(({ runName }) => runName), [
      "good",
      "good@seed=1",
    ]);
  });
});

Deno.test("variantsOf() looks at a file once for all seeds, and its runs are those of one seed at a time", () => {
  withExperiments(({ write, good }) => {
    const files = [write("good.json", good()), write("other.json", { ...good(), name: "other" })];
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const set = [{ path: "fit.epochs", value: 9 }];
    const asked: string[] = [];
    const all = variantsOf(toys, files, set, seeds, (file) => {
      asked.push(file);
      return readableFolders(file, []);
    });
    assertEquals(asked, files);
    assertEquals(all, files.flatMap((file) => seeds.flatMap((seed) => variantsOf(toys, [file], set, [seed]))));
  });
});

Deno.test("distinct() rejects two different experiments with the same name", () => {
  withExperiments(({ write, good }) => {
    const other = good();
    other.pipeline.fit.epochs = 5;
    const [a, b] = [write("a.json", good()), write("b.json", other)];
    const { message } = assertThrows(() => distinct(variantsOf(toys, [a, b], [], null)), ConfigError);
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

Deno.test("parseSeeds() parses ranges and lists", () => {
  assertEquals(parseSeeds("0..3"), [0, 1, 2, 3]);
  assertEquals(parseSeeds("5..5"), [5]);
  assertEquals(parseSeeds("3,1,2"), [3, 1, 2]);
  assertEquals(parseSeeds("7"), [7]);
  assertEquals(parseSeeds("1,1,2"), [1, 2], "without duplicates");
});

Deno.test("parseSeeds() throws a UsageError with examples for anything else", () => {
  const wrong = [
    "",
    "1-3",
    "5..2",
    "0..",
    "..3",
    "1,,2",
    "1, 2",
    "a",
    "-1",
    "1.5",
    "0..99999",
    "9".repeat(20),
    "0...3",
  ];
  for (const text of wrong) {
    const { message } = assertThrows(() => parseSeeds(text), UsageError);
    assertStringIncludes(message, "each at most 9007199254740991 (2^53 - 1)");
    assertStringIncludes(message, "--seeds 0..9 or --seeds 0,1,2");
    assertStringIncludes(message, JSON.stringify(text));
  }
});
