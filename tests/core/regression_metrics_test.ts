import { assertAlmostEquals, assertEquals } from "@std/assert";
import { regressionMetrics } from "../../core/model/regression_metrics.ts";

Deno.test("regressionMetrics() has scikit-learn's values of its example for r2_score", () => {
  const { mae, rmse, r2 } = regressionMetrics(Float32Array.of(2.5, 0, 2, 8), Float32Array.of(3, -0.5, 2, 7), 1);
  assertAlmostEquals(mae, 0.5, 1e-12);
  assertAlmostEquals(rmse, Math.sqrt(0.375), 1e-12);
  assertAlmostEquals(r2!, 0.9486081370449679, 1e-12);
});

Deno.test("regressionMetrics() takes the mean of R² over the outputs, each with its own mean and variance", () => {
  // scikit-learn's example: r2_score([[0.5, 1], [-1, 1], [7, -6]], [[0, 2], [-1, 2], [8, -5]]).
  const predicted = Float32Array.of(0, 2, -1, 2, 8, -5);
  const { mae, r2 } = regressionMetrics(predicted, Float32Array.of(0.5, 1, -1, 1, 7, -6), 2);
  assertAlmostEquals(mae, 0.75, 1e-12);
  assertAlmostEquals(r2!, (0.965438 + 0.908163) / 2, 1e-6);
});

Deno.test("regressionMetrics() has no R² if the targets of an output are all the same", () => {
  assertEquals(regressionMetrics(Float32Array.of(1, 2), Float32Array.of(3, 3), 1), {
    mae: 1.5,
    rmse: Math.sqrt(2.5),
    r2: null,
  });
});
