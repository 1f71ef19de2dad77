import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";
import { checkAssertion } from "../../../pipeline/compare/assertion.ts";
import { compared, fakeRun, seedsOf } from "./fake_runs.ts";

const comparison = compared([
  ...seedsOf("two-layer", [0.97, 0.96, 0.95]),
  ...seedsOf("flat", [0.9, 0.8], { lr: 3 }),
  fakeRun({ name: "flat@train.optimizer.lr=0.003", lr: 0.003, accuracy: 0.5, figures: { best: { accuracy: 0.75 } } }),
  fakeRun({ name: "v1.2", lr: 7, accuracy: 0.25, loss: null }),
  fakeRun({ name: "odd > name", lr: 8, accuracy: 0.125 }),
]);

Deno.test("checkAssertion() compares by every operator", () => {
  const cases: [string, boolean][] = [
    ["two-layer.accuracy > flat.accuracy", true],
    ["flat.accuracy > two-layer.accuracy", false],
    ["v1.2.accuracy >= 0.25", true],
    ["v1.2.accuracy > 0.25", false],
    ["v1.2.accuracy <= 0.25", true],
    ["v1.2.accuracy < 0.25", false],
    ["v1.2.accuracy == 0.25", true],
    ["v1.2.accuracy != 0.25", false],
    ["0.2 < v1.2.accuracy", true],
    ["v1.2.accuracy == 25%", true],
    ["v1.2.accuracy < 2.6e-1", true],
    ["-1 < .5", true],
  ];
  for (const [text, holds] of cases) assertEquals(checkAssertion(text, comparison).holds, holds, text);
});

Deno.test("checkAssertion() takes the mean over the seeds of an experiment, and the value of a run", () => {
  const values = (text: string) => checkAssertion(text, comparison).left;
  assertEquals(values("two-layer.accuracy>0"), 0.96);
  assertEquals(values("two-layer@seed=1.accuracy>0"), 0.96);
  assertEquals(values("two-layer@seed=2.accuracy>0"), 0.95);
  // Seed 0 is the plain run, whose own name is the experiment's.
  assertEquals(values("two-layer@seed=0.accuracy>0"), 0.97);
});

Deno.test("checkAssertion() reads names with dots, @, = and quotes, and figures with dots", () => {
  const values = (text: string) => checkAssertion(text, comparison).left;
  assertEquals(values("flat@train.optimizer.lr=0.003.accuracy==1"), 0.5);
  assertEquals(values("flat@train.optimizer.lr=0.003.best.accuracy>=1"), 0.75);
  assertEquals(values("v1.2.accuracy>1"), 0.25);
  assertEquals(values('"odd > name".accuracy > 1'), 0.125);
});

Deno.test("checkAssertion() does not hold where a side has no value", () => {
  assertEquals(checkAssertion("v1.2.loss < 10", comparison), {
    text: "v1.2.loss < 10",
    holds: false,
    left: null,
    right: 10,
    reason: "loss of v1.2 (seed 0) has no value",
  });
  assertEquals(checkAssertion("v1.2.loss != 10", comparison).holds, false);
});

Deno.test("checkAssertion() points at what is wrong and says what was meant", () => {
  const cases: [string, string, string][] = [
    ["two-layr.accuracy > 0.9", 'Did you mean "two-layer"?', "^^^^^^^^"],
    ["0.9 < two-layer.acuracy", 'Did you mean "accuracy"?', "                ^^^^^^^"],
    ["two-layer.accuracy", "There is no operator; one of > >= < <= == !=", "                  ^"],
    ["two-layer.accuracy = 0.9", "There is no operator", "                        ^"],
    ["0.1 < two-layer.accuracy < 0.9", "this is a second one", "                         ^"],
    ["two-layer.accuracy >", "nothing on this side of >", "                    ^"],
    ["> 0.9", "nothing on this side of >", "^"],
    ["accuracy > 0.9", "A number, or NAME.FIGURE", "^^^^^^^^"],
    ["two-layer.accuracy > 0,9", "A number, or NAME.FIGURE", "                     ^^^"],
    ['"odd > nam.accuracy > 1', "This quote is not closed", "^^^^^^^^^^^^^^^^^^^^^^^"],
    ['"odd > nam".accuracy > 1', 'Did you mean "odd > name"?', " ^^^^^^^^^"],
    ["two-layer@seed=9.accuracy > 1", 'Did you mean "two-layer@seed=1"?', "^^^^^^^^^^^^^^^^"],
    ["flat.constructor > 1", 'No run has a figure "constructor"', "     ^^^^^^^^^^^"],
    ["nothing.of.this > 1", "No run has a figure", "           ^^^^"],
  ];
  for (const [text, message, marks] of cases) {
    const error = assertThrows(() => checkAssertion(text, comparison), UsageError, message);
    const [, shown, place] = error.message.split("\n");
    assertEquals(shown, `  --assert '${text}'`);
    assertEquals(place, `            ${marks}`, text);
  }
});
