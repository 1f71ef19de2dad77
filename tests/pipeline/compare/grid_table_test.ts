/** The table of a grid: what varies, and the order by a figure that may choose. */
import { assertEquals } from "@std/assert";
import { type GridTable, gridTable, variedPaths } from "../../../pipeline/compare/grid_table.ts";
import { GRID_TERMS as terms, gridRun as run } from "./fake_grid.ts";
import { fakeRun, TERMS } from "./fake_runs.ts";

function textsOf({ table }: GridTable): string[][] {
  return [table.columns.map(({ title }) => title), ...table.rows.map((row) => row.map(({ text }) => text))];
}

function bestCells({ table }: GridTable): number {
  return table.rows.flat().filter(({ best }) => best).length;
}

Deno.test("gridTable() sorts by the first figure that chooses, best first, whatever the test accuracy is", () => {
  const runs = [
    run(0.1, { accuracy: 0.7, loss: 1 }),
    run(1, { accuracy: 0.6, loss: 2 }),
    run(0.01, { accuracy: 0.9, loss: 3 }),
  ];
  const grid = gridTable(runs, terms);
  assertEquals(textsOf(grid), [["lr", "held accuracy"], ["0.01", "90.00 %"], ["0.1", "70.00 %"], ["1", "60.00 %"]]);
  assertEquals([grid.by?.name, grid.best, grid.isMean], ["held.accuracy", ["a@train.optimizer.lr=0.01"], false]);
  assertEquals(bestCells(grid), 1);
});

Deno.test("gridTable() takes the next figure that chooses if a run lacks the first, and its direction", () => {
  const runs = [run(0.1, { accuracy: null, loss: 2 }), run(1, { accuracy: 0.6, loss: 3 }), run(0.01, { loss: 1 })];
  const grid = gridTable(runs, terms);
  assertEquals(textsOf(grid), [["lr", "held loss"], ["0.01", "1"], ["0.1", "2"], ["1", "3"]]);
  assertEquals(grid.best, ["a@train.optimizer.lr=0.01"]);
});

Deno.test("gridTable() without such a figure keeps the order of the grid, and marks nothing as best", () => {
  for (
    const [runs, own] of [[[run(0.1, {}), run(1, {}), run(0.01, {})], terms], [[
      run(0.1, { accuracy: 1 }),
      run(1, { accuracy: 2 }),
      run(0.01, { accuracy: 3 }),
    ], TERMS]] as const
  ) {
    const grid = gridTable(runs, own);
    assertEquals(grid.table.rows.map(([lr]) => lr.text), ["0.1", "1", "0.01"]);
    assertEquals([grid.by, grid.best, bestCells(grid)], [null, [], 0]);
    assertEquals(textsOf(grid)[0].slice(0, 2), ["lr", "accuracy"]);
  }
});

Deno.test("gridTable() has a row per combination, with mean and standard deviation over its seeds", () => {
  const runs = [0.1, 1].flatMap((lr) => [0, 1, 2].map((seed) => run(lr, { accuracy: lr / 2 + seed / 100 }, { seed })));
  const grid = gridTable(runs, terms);
  // The standard deviation of 0, 0.01 and 0.02, not its confidence interval: that would be 0.025.
  assertEquals(textsOf(grid), [["lr", "n", "held accuracy"], ["1", "3", "51.0 ± 1.0 %"], ["0.1", "3", "6.0 ± 1.0 %"]]);
  assertEquals([grid.isMean, grid.best], [true, ["a@train.optimizer.lr=1"]]);
});

Deno.test("gridTable() names all of several equal best, and none that is infinite", () => {
  const equal = gridTable([run(0.1, { accuracy: 0.7 }), run(1, { accuracy: 0.7 })], terms);
  assertEquals([equal.best.length, bestCells(equal)], [2, 2]);
  const infinite = gridTable([run(0.1, { loss: "NaN" }), run(1, { loss: 5 })], terms);
  assertEquals(textsOf(infinite).slice(1), [["1", "5"], ["0.1", "NaN"]]);
});

Deno.test("gridTable() names no best among runs that the figure does not compare", () => {
  const grid = gridTable(
    [run(0.1, { accuracy: 0.7 }, { reduction: "sum" }), run(1, { accuracy: 0.8 }, { reduction: "mean" })],
    terms,
  );
  assertEquals([grid.best, bestCells(grid)], [[], 0]);
  assertEquals(grid.notes, ["held accuracy: not compared across different train.loss.reduction"]);
});

Deno.test("gridTable() has a column for experiments if there are several, and for every path that varies", () => {
  const models = [["linear(784,10)", "softmax"], ["linear(784,20)", "relu", "linear(20,10)", "softmax"]];
  const runs = ["a", "b"].flatMap((name) =>
    models.map((model, i) => run(0.1, { accuracy: i }, { name: `${name}${i}`, model }))
  );
  assertEquals(textsOf(gridTable(runs, terms)).slice(0, 2), [
    ["experiment", "lr", "model", "held accuracy"],
    ["a1", "0.1", "linear(784,20) → relu → linear(20,10) → softmax", "100.00 %"],
  ]);
});

Deno.test("variedPaths() are none of runs that differ only in seeds, or were not given lists", () => {
  assertEquals(variedPaths([run(0.1, {}), run(1, {})], terms), ["train.optimizer.lr"]);
  const seeds = [0, 1].map((seed) => ({ ...run(0.1, {}, { seed }), choices: { seed, "batch.seed": seed } }));
  assertEquals(variedPaths(seeds, terms), []);
  assertEquals(variedPaths([fakeRun({ name: "a", accuracy: 1 })], terms), []);
});
