import { assertEquals } from "@std/assert";
import { type Epochs, neverPredicted, stallOf, stallText } from "../../../pipeline/results/stall.ts";

/** A run whose last epoch has this share of clamped samples and this confusion matrix. */
function runWith(train_clamped: number | null, confusion: number[][]): Epochs {
  return { training: [{ train_clamped }], evaluations: [{ confusion }] };
}

Deno.test("neverPredicted() names the empty columns of a confusion matrix", () => {
  assertEquals(neverPredicted([[3, 0, 1], [2, 0, 0], [0, 0, 0]]), [1]);
  assertEquals(neverPredicted([[0, 1], [1, 0]]), []);
});

Deno.test("stallOf() counts the classes that are predicted in the last epoch", () => {
  assertEquals(stallOf(runWith(0.5, [[3, 0, 1], [2, 0, 0], [0, 0, 0]])), {
    train_clamped: 0.5,
    classes_predicted: 2,
    never_predicted: [1],
  });
});

Deno.test("stallText() says what has no gradient and what is never predicted", () => {
  const stall = { train_clamped: 0.4474, classes_predicted: 6, never_predicted: [0, 1, 5, 8] };
  assertEquals(
    stallText(stall, "autograd"),
    "44.7 % of the training samples have no gradient; never predicted: 0 1 5 8",
  );
  assertEquals(
    stallText({ ...stall, never_predicted: [] }, "manual"),
    "44.7 % of the training samples are below the clamp, which gradients by hand do not see",
  );
  assertEquals(stallText({ ...stall, train_clamped: 0 }, "autograd"), "never predicted: 0 1 5 8");
});

Deno.test("stallText() is silent where nothing stalls, and for an untrained model", () => {
  assertEquals(stallText({ train_clamped: 0.009, classes_predicted: 10, never_predicted: [] }, "autograd"), null);
  assertEquals(stallText({ train_clamped: null, classes_predicted: 1, never_predicted: [1] }, "autograd"), null);
});
