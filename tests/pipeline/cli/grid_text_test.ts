/** What `run` prints after the runs of a grid: its order, the best, or why none is named. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { StoredRun } from "../../../pipeline/compare/compare_runs.ts";
import { printFinished } from "../../../pipeline/cli/grid_text.ts";
import { redirect, shownText, writeLine } from "../../../pipeline/cli/terminal.ts";
import type { Terms } from "../../../pipeline/define/terms.ts";
import { GRID_TERMS, gridRun, NO_CHOICE } from "../compare/fake_grid.ts";
import { seedsOf, TERMS } from "../compare/fake_runs.ts";

function printed(runs: readonly StoredRun[], terms: Terms, requested = runs.length): string[] {
  const texts: string[] = [];
  redirect(({ text }) => texts.push(shownText(text, false)));
  try {
    printFinished(runs, requested, terms, "no-such-folder");
  } finally {
    redirect(writeLine);
  }
  return texts.join("\n").trim().split("\n");
}

Deno.test("a grid is printed best first, with how many runs are missing, and ends with the best", () => {
  const runs = [gridRun(0.1, { accuracy: 0.7 }), gridRun(1, { accuracy: 0.8 })];
  assertEquals(printed(runs, GRID_TERMS, 4), [
    "Best first, by held accuracy after the last epoch",
    "lr   held accuracy",
    "1          80.00 %*",
    "0.1        70.00 %",
    "without 2 of 4 runs, which have no results",
    "* best by held accuracy: a@train.optimizer.lr=1",
  ]);
});

Deno.test("where no best can be named, the last line says why", () => {
  const two = (...held: object[]) => held.map((one, i) => gridRun([0.1, 1][i], one));
  const lastOf = (runs: readonly StoredRun[], terms = GRID_TERMS) => printed(runs, terms).at(-1)!;
  assertStringIncludes(lastOf(two({}, {}), NO_CHOICE), "no figure of this pipeline is declared to (`chooses`).");
  const missing = lastOf(two({ accuracy: 0.7 }, {}));
  assertStringIncludes(
    missing,
    "not all of these runs have a held accuracy or a held loss. Validation rows give them one: --set split.val",
  );
  assertStringIncludes(lastOf(two({ loss: "NaN" }, { loss: "Infinity" })), "no run has a finite held loss.");
  const sum = gridRun(0.1, { accuracy: 0.7 }, { reduction: "sum" });
  const mean = gridRun(1, { accuracy: 0.8 }, { reduction: "mean" });
  assertStringIncludes(lastOf([sum, mean]), "these runs are not comparable by held accuracy.");
  assertEquals(printed([gridRun(0.1, { accuracy: 0.7 })], GRID_TERMS).length, 3, "nothing to choose from");
});

Deno.test("runs that are no grid are compared as by compare", () => {
  assertStringIncludes(printed(seedsOf("a", [0.8, 0.9]), TERMS).join("\n"), "half of the 95 % confidence interval");
});
