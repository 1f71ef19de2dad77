import { assertAlmostEquals, assertEquals } from "@std/assert";
import { calibration, calibrationOf } from "../../../../pipeline/classifier/charts/calibration.ts";
import type { Lines } from "../../../../pipeline/charts/marks.ts";
import { encodeNpy } from "../../../../pipeline/formats/npy.ts";
import { artifactOf, drawnRun } from "./drawn_run.ts";

/** Images of this confidence in class 0, of which `correct` are right. */
const judged = (confidence: number, count: number, correct: number) =>
  Array.from({ length: count }, (_, i) => ({
    label: i < correct ? 0 : 1,
    predicted: 0,
    probabilities: [confidence, 1 - confidence],
  }));

Deno.test("calibrationOf() weighs each bin's |accuracy − confidence| by its share of the images", () => {
  // 30 images at 0.95 of which 27 are right, 10 at 0.65 of which 8 are: (30 · 0.05 + 10 · 0.15) / 40.
  const { expectedError, confidence, accuracy, bins } = calibrationOf([
    ...judged(0.95, 30, 27),
    ...judged(0.65, 10, 8),
  ]);
  assertAlmostEquals(expectedError!, 0.075, 1e-12);
  assertAlmostEquals(confidence!, (30 * 0.95 + 10 * 0.65) / 40, 1e-12);
  assertAlmostEquals(accuracy!, 35 / 40, 1e-12);
  assertEquals([bins[9].count, bins[9].accuracy, bins[6].count, bins[6].accuracy], [30, 27 / 30, 10, 8 / 10]);
});

Deno.test("calibrationOf() lets gaps of other sign in one bin cancel, in two bins not", () => {
  assertAlmostEquals(calibrationOf([...judged(0.91, 10, 10), ...judged(0.99, 10, 9)]).expectedError!, 0, 1e-12);
  assertAlmostEquals(calibrationOf([...judged(0.9, 10, 10), ...judged(0.8, 10, 7)]).expectedError!, 0.1, 1e-12);
});

Deno.test("calibrationOf() puts a bound into the lower bin, 0 into the first and 1 into the last", () => {
  const binOf = (confidence: number) =>
    calibrationOf(judged(confidence, 1, 1)).bins.findIndex(({ count }) => count > 0);
  assertEquals([0, 0.05, 0.1, 0.5, 0.51, 1].map(binOf), [0, 0, 0, 4, 5, 9]);
});

Deno.test("calibrationOf() leaves out what is no number, and has no error of nothing", () => {
  const none = calibrationOf(judged(NaN, 3, 1));
  assertEquals([none.expectedError, none.confidence, none.accuracy], [null, null, null]);
  assertEquals(none.bins.every(({ confidence, accuracy }) => confidence === null && accuracy === null), true);
  assertEquals(calibrationOf([...judged(NaN, 3, 1), ...judged(1, 2, 2)]).expectedError, 0);
});

Deno.test("the calibration chart has the accuracy of every bin over its mean confidence, and the diagonal", () => {
  const { x, panels, note } = calibration.draw(drawnRun()) as Lines;
  assertEquals(x!.values, [0, 0.7, 1]);
  const [accuracy, diagonal, counts] = panels.flatMap(({ series }) => series.map(({ values }) => values));
  assertEquals([accuracy, diagonal, counts], [[null, 14 / 40, null], [0, 0.7, 1], [null, 40, null]]);
  assertEquals(note!.endsWith("the model is overconfident."), true);
  const predictions = artifactOf(encodeNpy("f4", [0, 3], new Float32Array()));
  const test_labels = artifactOf(encodeNpy("u1", [0], new Uint8Array()));
  const none = calibration.draw(drawnRun({ artifacts: { predictions, test_labels } })) as Lines;
  assertEquals([none.x!.values, none.note], [[0, 1], undefined]);
});
