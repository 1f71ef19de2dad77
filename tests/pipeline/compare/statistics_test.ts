import { assert, assertEquals } from "@std/assert";
import { estimate, holm, pairedDifference, quantileOfT, tailOfT } from "../../../pipeline/compare/statistics.ts";

/** What SciPy and mpmath compute; tests/golden/statistics.py says how. */
const golden: {
  quantiles: { freedom: number; tail: number; t: number; scipy: number }[];
  tails: { freedom: number; t: number; tail: number }[];
  samples: { values: number[]; mean: number; std: number; interval: number[]; scipy_interval: number[] }[];
  paired: { a: number[]; b: number[]; difference: number; interval: number[]; p: number }[];
  holm: { p: number[]; adjusted: number[] }[];
} = JSON.parse(Deno.readTextFileSync(new URL("../../golden/statistics.json", import.meta.url)));

function checkNear(actual: number | null | undefined, expected: number, tolerance: number, what: string): void {
  const off = Math.abs(actual! - expected);
  assert(off <= tolerance * Math.abs(expected), `${what}: ${actual} is not ${expected}`);
}

Deno.test("tailOfT() returns SciPy's tails within a relative error of 1e-10, down to 1e-300", () => {
  assert(golden.tails.length > 150);
  for (const { freedom, t, tail } of golden.tails) {
    if (tail > 1e-300) checkNear(tailOfT(t, freedom), tail, 1e-10, `${t} with ${freedom}`);
    else assert(tailOfT(t, freedom) <= 1e-300, `${t} with ${freedom}`);
  }
  assertEquals(tailOfT(0, 3), 1);
  assertEquals(tailOfT(Infinity, 3), 0);
});

Deno.test("quantileOfT() returns mpmath's quantiles within 1e-12 and SciPy's within 1e-8", () => {
  assert(golden.quantiles.length > 90);
  for (const { freedom, tail, t, scipy } of golden.quantiles) {
    checkNear(quantileOfT(tail, freedom), t, 1e-12, `tail ${tail} with ${freedom}`);
    checkNear(quantileOfT(tail, freedom), scipy, 1e-8, `SciPy's tail ${tail} with ${freedom}`);
  }
});

Deno.test("estimate() returns SciPy's mean, deviation and 95 % interval", () => {
  assert(golden.samples.length > 4);
  for (const { values, mean, std, interval, scipy_interval } of golden.samples) {
    const found = estimate(values)!;
    // Beside 1e6, deviations have fewer digits; around 0, a relative error says nothing.
    assert(Math.abs(found.mean - mean) <= 1e-12 * Math.max(1, Math.abs(mean)), `mean of ${values}`);
    checkNear(found.std, std, 1e-10, `std of ${values}`);
    interval.forEach((end, i) => checkNear(found.interval![i], end, 1e-10, `interval of ${values}`));
    scipy_interval.forEach((end, i) => checkNear(found.interval![i], end, 1e-8, `SciPy's interval of ${values}`));
    assertEquals(found.n, values.length);
  }
});

Deno.test("estimate() has no interval for one value, is null for none, and exact for equal ones", () => {
  assertEquals(estimate([3]), { n: 1, mean: 3, std: null, interval: null });
  assertEquals(estimate([]), null);
  assertEquals(estimate([0.1, 0.1, 0.1]), { n: 3, mean: 0.1, std: 0, interval: [0.1, 0.1] });
});

Deno.test("pairedDifference() returns SciPy's paired t test", () => {
  assert(golden.paired.length > 3);
  for (const { a, b, difference, interval, p } of golden.paired) {
    const found = pairedDifference(a, b)!;
    checkNear(found.mean, difference, 1e-10, "difference");
    interval.forEach((end, i) => checkNear(found.interval![i], end, 1e-10, "interval"));
    checkNear(found.p, p, 1e-10, "p");
  }
});

Deno.test("pairedDifference() changes only its sign when the samples are swapped", () => {
  const [{ a, b }] = golden.paired;
  const [ab, ba] = [pairedDifference(a, b)!, pairedDifference(b, a)!];
  assertEquals({ mean: -ba.mean, p: ba.p }, { mean: ab.mean, p: ab.p });
});

Deno.test("pairedDifference() returns no p for one pair, and 1 for no difference at all", () => {
  assertEquals(pairedDifference([1], [2]), { n: 1, mean: 1, std: null, interval: null, p: null });
  assertEquals(pairedDifference([], []), null);
  assertEquals(pairedDifference([1, 2], [1, 2])!.p, 1);
});

Deno.test("pairedDifference() claims nothing of differences that do not vary beyond rounding", () => {
  const cases: [a: number[], b: number[]][] = [
    [[1, 2], [2, 3]],
    [[19 / 32, 20 / 32], [20 / 32, 21 / 32]],
    [[0.967, 0.9673, 0.9671], [0.9677, 0.968, 0.9678]],
    [[0.1, 0.2, 0.3, 0.7], [0.4, 0.5, 0.6, 1]],
    // float32 has seven digits: sums of such losses differ in the eighth.
    [[404.12345, 371.5, 390.25], [403.12345, 370.49999, 389.25001]],
    [[1e-9, 2e-9], [2e-9, 3e-9]],
    [[-5, 5], [-4, 6]],
  ];
  for (const [a, b] of cases) {
    for (const [one, other] of [[a, b], [b, a]]) {
      const { p, interval, mean } = pairedDifference(one, other)!;
      assertEquals([p, interval], [null, null], `${one} and ${other}`);
      assert(mean !== 0);
    }
  }
  // A spread that float32 can show is tested.
  assert(pairedDifference([1, 2, 3], [1.001, 2.0011, 3.0012])!.p! < 0.01);
});

Deno.test("pairedDifference() takes no spread below a step of the figure for certainty", () => {
  const shares = (...counts: number[]) => counts.map((count) => count / 32);
  const p = (a: number[], b: number[]) => pairedDifference(shares(...a), shares(...b), 1 / 32)!.p;
  // One image more or less than the others.
  assertEquals(p([10, 12], [20, 23]), null);
  assertEquals(p([10, 11, 12, 13, 14], [11, 12, 13, 14, 16]), null);
  assertEquals(p([10, 10, 10], [17, 17, 18]), null);
  // A step or more: 7, 8 and 9 images have a standard deviation of one.
  checkNear(p([10, 10, 10], [17, 18, 19]), 0.005168, 1e-3, "p");
  checkNear(p([10, 12], [20, 24]), 0.057716, 1e-3, "p");
  assertEquals(p([10, 12], [10, 12]), 1);
});

Deno.test("estimate() of infinite values and NaN is one of them, without an interval", () => {
  const of = (...values: number[]) => estimate(values)!;
  assertEquals(of(1, Infinity, 2), { n: 3, mean: Infinity, std: null, interval: null });
  assertEquals(of(Infinity).mean, Infinity);
  assertEquals(of(-Infinity, 5).mean, -Infinity);
  for (const values of [[NaN, 1], [Infinity, -Infinity], [NaN, Infinity]]) assertEquals(of(...values).mean, NaN);
});

Deno.test("holm() corrects p values by its definition", () => {
  assert(golden.holm.length > 3);
  for (const { p, adjusted } of golden.holm) assertEquals(holm(p), adjusted);
  assertEquals(holm([]), []);
});
