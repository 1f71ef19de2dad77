/** Figures that are infinite, NaN or missing: shown as what they are, never best, and no condition on them holds. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { checkAssertion } from "../../../pipeline/compare/assertion.ts";
import { comparisonTable, testTable } from "../../../pipeline/compare/comparison_table.ts";
import { compareFigures, figuresOf } from "../../../pipeline/compare/compared_figures.ts";
import { comparisonCsv, comparisonJson, comparisonMarkdown } from "../../../pipeline/cli/comparison_formats.ts";
import { comparisonText } from "../../../pipeline/cli/comparison_text.ts";
import type { StoredRun } from "../../../pipeline/compare/compare_runs.ts";
import { compared, fakeRun } from "./fake_runs.ts";

const WAYS = ["Infinity", "-Infinity", "NaN"] as const;
const SHOWN = { "Infinity": "∞", "-Infinity": "-∞", "NaN": "NaN" };

/** Runs of one experiment over the seeds 0, 1, …: a loss each. */
function losses(name: string, lr: number, values: (number | string | null)[]): StoredRun[] {
  return values.map((loss, seed) =>
    fakeRun({ name: seed === 0 ? name : `${name}@seed=${seed}`, seed, lr, accuracy: 0.5, loss })
  );
}

const fine = losses("fine", 1, [5, 6, 9]);
const options = { metrics: ["loss_per_image"] };

Deno.test("figuresOf() reads infinities and NaN from their texts, and takes no other text for a figure", () => {
  const metrics = { run: "NaN", a: "Infinity", b: { c: "-Infinity", d: "high" }, e: "NaN", f: null, g: [1] };
  assertEquals([...figuresOf(metrics)], [["a", Infinity], ["b.c", -Infinity], ["e", NaN], ["f", null]]);
});

Deno.test("a mean is taken over all seeds: one that is infinite or NaN makes it so", () => {
  for (const way of WAYS) {
    for (const at of [0, 1, 2]) {
      const comparison = compared(
        [...fine, ...losses("odd", 2, [1, 2, 3].map((loss, i) => (i === at ? way : loss)))],
        options,
      );
      const { mean, std, interval } = comparison.groups[1].metrics.loss_per_image!;
      assertEquals([mean, std, interval], [Number(way), null, null]);
      const cells = comparisonTable(comparison, true).rows.map((row) => row.at(-1)!.text);
      assertEquals(cells[4], `${SHOWN[way]} (1 of 3)`);
      assertEquals(cells[5 + at], SHOWN[way]);
    }
  }
  const all = comparisonTable(compared([...fine, ...losses("odd", 2, ["Infinity", "Infinity"])], options), false);
  assertEquals(all.rows[1].at(-1)!.text, "∞");
});

Deno.test("a mean of seeds of which one has no value is none", () => {
  const comparison = compared([...fine, ...losses("odd", 2, [1, null, 3])], options);
  assertEquals(comparison.groups[1].metrics.loss_per_image, null);
  assertEquals(comparison.best.loss_per_image, ["fine"]);
  const { holds, reason } = checkAssertion("odd.loss_per_image < 100", comparison);
  assertEquals([holds, reason], [false, "loss_per_image of odd@seed=1 (seed 1) has no value"]);
});

Deno.test("what is infinite or NaN is worst and never best, whichever way is better", () => {
  for (const better of ["higher", "lower"] as const) {
    for (const value of [Infinity, -Infinity, NaN]) {
      assertEquals(
        [compareFigures(value, 1, better), compareFigures(1, value, better)],
        [1, -1],
        `${value}, ${better}`,
      );
      assertEquals(compareFigures(value, NaN, better), 0);
      assertEquals(compareFigures(value, null, better), -1, "a missing one is after all others");
    }
  }
  for (const way of WAYS) {
    const runs = [
      ...losses("odd", 2, [1, way, 2]),
      ...fine,
      fakeRun({ name: "none", lr: 3, accuracy: 0.5, loss: null }),
    ];
    assertEquals(compared(runs, options).best.loss_per_image, ["fine"]);
    const sorted = (sort: string) => compared(runs, { ...options, sort }).groups.map(({ name }) => name);
    assertEquals(sorted("loss"), ["fine", "odd", "none"]);
    assertEquals(sorted("-loss"), ["odd", "fine", "none"]);
    const higher = runs.map((run) => ({ ...run, metrics: { ...run.metrics, accuracy: run.metrics.loss } }));
    assertEquals(compared(higher, { metrics: ["accuracy"], sort: "accuracy" }).groups[0].name, "fine");
    assertEquals(compared(higher, { metrics: ["accuracy"] }).best.accuracy, ["fine"]);
  }
  const lost = compared([...losses("a", 2, ["Infinity"]), ...losses("b", 3, ["Infinity"])], options);
  assertEquals(lost.best.loss_per_image, [], "none of those that diverged is best");
});

Deno.test("no assertion and no filter on a value that is infinite or NaN holds; the seed is named", () => {
  for (const way of WAYS) {
    const runs = [...fine, ...losses("odd", 2, [1, 2, way])];
    const comparison = compared(runs);
    for (const operator of ["<", "<=", ">", ">=", "==", "!="]) {
      for (
        const text of [`odd.loss ${operator} 10`, `10 ${operator} odd@seed=2.loss`, `fine.loss ${operator} odd.loss`]
      ) {
        const { holds, reason } = checkAssertion(text, comparison);
        assertEquals([holds, reason], [false, `loss of odd@seed=2 (seed 2) is ${SHOWN[way]}`], text);
      }
      const others = [...losses("low", 3, [1]), ...losses("two", 4, [2])];
      const { groups } = compared([...runs, ...others], { filters: [`loss${operator}2`] });
      assert(!groups.some(({ name }) => name === "odd"), `--filter loss${operator}2`);
    }
    assertEquals(checkAssertion("odd@seed=1.loss < 10", comparison).holds, true);
    assertEquals(compared(runs, { filters: [`loss==${way}`] }).groups.map(({ name }) => name), ["odd"]);
    assertEquals(compared(runs, { filters: [`loss!=${way}`] }).groups.map(({ name }) => name), ["fine"]);
  }
});

Deno.test("a test of seeds of which one is infinite, NaN or missing claims nothing", () => {
  for (const odd of [...WAYS, null]) {
    for (const [a, b] of [[fine, losses("odd", 2, [1, odd, 2])], [losses("odd", 2, [1, odd, 2]), fine]]) {
      const comparison = compared([...a, ...b], options);
      const [{ p, interval, difference, verdict, n }] = comparison.tests;
      assertEquals([p, interval, difference, verdict, n], [null, null, null, "not finite", 3], String(odd));
      const cells = testTable(comparison.tests, comparison).rows[0].map(({ text }) => text);
      assertEquals(cells.slice(1), ["–", "–", "–", "–", "3", "not testable: infinite, NaN or missing for a seed"]);
    }
  }
});

Deno.test("every format shows what is infinite or NaN", () => {
  for (const way of WAYS) {
    const comparison = compared([...fine, ...losses("odd", 2, [1, 2, way])], options);
    const shown = { each: true, tested: ["loss_per_image"] };
    for (const text of [comparisonText(comparison, shown), comparisonMarkdown(comparison, shown)]) {
      assertStringIncludes(text, `${SHOWN[way]} (1 of 3)`);
      assertStringIncludes(text, "not testable");
    }
    assert(comparisonCsv(comparison, { tested: [] }).endsWith(`,${way}`), comparisonCsv(comparison, { tested: [] }));
    const assertion = checkAssertion("odd.loss > 1", comparison);
    const { groups, rows, assertions } = JSON.parse(
      comparisonJson(comparison, shown, { edited: [], assertions: [assertion] }),
    );
    assertEquals([groups[1].metrics.loss_per_image.mean, rows[5].metrics.loss_per_image], [way, way]);
    assertEquals([assertions[0].left, assertions[0].holds], [way, false]);
  }
});
