import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { basename, join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { ResultsError } from "../../../pipeline/engine/run_errors.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { findRuns } from "../../../pipeline/compare/find_runs.ts";
import { withFolder } from "../sources/scratch.ts";
import { fakeRun, seedsOf, writeRuns } from "./fake_runs.ts";

const CONFIG = "experiments/two-layer.json";

const find = (names: string[], results: string) => findRuns(names, { pipeline: classifier, results });

/** Names of the runs found in a results folder, and the warnings. */
function found(results: string, ...names: string[]): [string[], string[]] {
  const { runs, warnings } = find(names, results);
  return [runs.map(({ name }) => name), warnings];
}

Deno.test("findRuns() finds names, folders and globs, each run once", async () => {
  await withFolder((results) => {
    writeRuns(results, [...seedsOf("a", [0.9, 0.8]), fakeRun({ name: "b", accuracy: 0.9 })]);
    assertEquals(found(results, "b", "a"), [["b", "a"], []]);
    assertEquals(found(results, "a*"), [["a", "a@seed=1"], []]);
    assertEquals(found(results, join(results, "a"), `${results}/*`, "b/"), [["a", "a@seed=1", "b"], []]);
    const { runs: [run] } = find(["a"], results);
    assertEquals(run.folder, join(results, "a"));
    return Promise.resolve();
  });
});

Deno.test("findRuns() takes an experiment file for its experiment: all seeds, then what was run with changed values", async () => {
  await withFolder((results) => {
    const { seed, pipeline } = JSON.parse(JSON.stringify(loadExperiment(classifier, CONFIG, []).experiment));
    const names = [
      "two-layer@seed=10",
      "two-layer@seed=2",
      "two-layer",
      "two-layer@train.epochs=9",
      "two-layer@seed=3,train.epochs=9",
      "two-layer-b",
    ];
    const changed = { ...pipeline, train: { ...pipeline.train, epochs: 9 } };
    writeRuns(
      results,
      names.map((name) => ({
        name,
        experiment: { seed, pipeline: name.includes("epochs") ? changed : pipeline },
        metrics: { accuracy: 1 },
      })),
    );
    const seeds = ["two-layer", "two-layer@seed=2", "two-layer@seed=10"];
    const expected = [...seeds, "two-layer@seed=3,train.epochs=9", "two-layer@train.epochs=9"];
    assertEquals(found(results, CONFIG), [expected, []]);
    assertEquals(found(results, "experiments/expected.json", CONFIG), [expected, []]);
    assertEquals(found(results, "experiments/two-*.json"), [expected, []]);
    return Promise.resolve();
  });
});

Deno.test("findRuns() warns when an experiment file says something else than its run was made by", async () => {
  await withFolder((results) => {
    const { seed, pipeline } = JSON.parse(JSON.stringify(loadExperiment(classifier, CONFIG, []).experiment));
    pipeline.train.epochs = 3;
    pipeline.train.seed = 5;
    writeRuns(results, [{ name: "two-layer", experiment: { seed, pipeline }, metrics: { accuracy: 1 } }]);
    const [, warnings] = found(results, CONFIG);
    assertEquals(warnings, [`${join(results, "two-layer")} was made before ${CONFIG} changed: train.epochs 3 → 40.`]);
    return Promise.resolve();
  });
});

Deno.test("findRuns() does not warn of a value inside a list that the run was given: a size, or a layer", async () => {
  await withFolder((results) => {
    const { seed, pipeline } = JSON.parse(JSON.stringify(loadExperiment(classifier, CONFIG, []).experiment));
    const model = ["linear(784,10)", "relu", "linear(10,10)", "softmax"];
    const changed = { seed, pipeline: { ...pipeline, train: { ...pipeline.train, model } } };
    const names = [
      "two-layer@train.model.hidden=10",
      "two-layer@train.model.layers.0=linear(784,10)",
      "two-layer@seed=3",
    ];
    writeRuns(results, names.map((name) => ({ name, experiment: changed, metrics: { accuracy: 1 } })));
    const [, warnings] = found(results, CONFIG);
    assertEquals(warnings.map((text) => text.split(" was made")[0]), [join(results, "two-layer@seed=3")]);
    return Promise.resolve();
  });
});

Deno.test("findRuns() leaves torn and foreign folders of a glob out, with a warning that says what is wrong", async () => {
  await withFolder((results) => {
    writeRuns(results, ["a", "torn", "half", "other"].map((name) => fakeRun({ name, accuracy: 0.9 })));
    Deno.writeTextFileSync(join(results, "torn", "metrics.json"), '{"accuracy": 0.');
    Deno.removeSync(join(results, "half", "metrics.json"));
    Deno.writeTextFileSync(join(results, "other", "experiment.json"), '{"seed": "x"}');
    Deno.mkdirSync(join(results, "pictures"));
    Deno.writeTextFileSync(join(results, "README.md"), "no folder");
    const [names, warnings] = found(results, "*");
    assertEquals(names, ["a"]);
    const says = [
      ["half", "metrics.json is missing"],
      ["other", 'it must have a "seed" and a "pipeline"'],
      ["pictures", "it has no experiment.json"],
      ["torn", "metrics.json is damaged"],
    ];
    assertEquals(warnings.length, says.length);
    says.forEach(([name, what], i) => {
      assertStringIncludes(warnings[i], what);
      assert(warnings[i].endsWith(`${join(results, name)} is left out.`), warnings[i]);
    });
    for (const name of ["torn", "half", "other"]) {
      assertThrows(() => find(["a", name], results), ResultsError, name);
    }
    return Promise.resolve();
  });
});

Deno.test("findRuns() leaves out what a shell's glob names besides runs", async () => {
  await withFolder((results) => {
    writeRuns(results, [fakeRun({ name: "a", accuracy: 0.9 })]);
    Deno.writeTextFileSync(join(results, "README.md"), "about");
    Deno.mkdirSync(join(results, "charts"));
    const names = ["README.md", "a", "charts"].map((name) => join(results, name));
    const warnings = [names[0], names[2]].map((path) => `${path} is not a run; it is left out.`);
    assertEquals(found(results, ...names), [["a"], warnings]);
    assertThrows(() => find([names[0]], results), ResultsError, "There are no results of README.md");
    assertThrows(() => find([names[0], names[2]], results), ResultsError, warnings.join("\n"));
    // A name that leads nowhere is a typo.
    assertThrows(() => find(["b", names[1]], results), ResultsError, "There are no results of b");
    return Promise.resolve();
  });
});

Deno.test("findRuns() fails when a glob finds no run, or none that is whole", async () => {
  await withFolder((results) => {
    assertThrows(() => find(["x*"], results), ResultsError, "No run matches x*");
    writeRuns(results, [fakeRun({ name: "torn", accuracy: 0.9 })]);
    Deno.writeTextFileSync(join(results, "torn", "metrics.json"), "");
    assertThrows(() => find(["t*"], results), ResultsError, "metrics.json is damaged");
    return Promise.resolve();
  });
});

Deno.test("findRuns() tells runs of one name in two folders apart", async () => {
  await withFolder((root) => {
    const [one, two] = [join(root, "one"), join(root, "two")];
    for (const results of [one, two]) writeRuns(results, [fakeRun({ name: "a", accuracy: 0.9 })]);
    assertEquals(found(one, "a", join(two, "a")), [[join(one, "a"), join(two, "a")], []]);
    return Promise.resolve();
  });
});

Deno.test("findRuns() reads three small files of a run, each once, and nothing else", async () => {
  await withFolder((results) => {
    writeRuns(results, seedsOf("a", new Array(50).fill(0.9)));
    const read: string[] = [];
    const { openSync } = Deno;
    Deno.openSync = (path, options) => {
      read.push(basename(String(path)));
      return openSync(path, options);
    };
    try {
      assertEquals(find(["a*"], results).runs.length, 50);
    } finally {
      Deno.openSync = openSync;
    }
    const counts = Map.groupBy(read, (name) => name);
    const once = ["experiment.json", "metrics.json", "run.json"].map((name) => [name, 50]);
    assertEquals([...counts].map(([name, times]) => [name, times.length]), once);
    return Promise.resolve();
  });
});
