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

Deno.test("pairedDifference() returns no p for one pair, 1 for no difference at all, 0 for one without scatter", () => {
  assertEquals(pairedDifference([1], [2]), { n: 1, mean: 1, std: null, interval: null, p: null });
  assertEquals(pairedDifference([], []), null);
  assertEquals(pairedDifference([1, 2], [1, 2])!.p, 1);
  assertEquals(pairedDifference([1, 2], [2, 3]), { n: 2, mean: 1, std: 0, interval: [1, 1], p: 0 });
});

Deno.test("holm() corrects p values by its definition", () => {
  assert(golden.holm.length > 3);
  for (const { p, adjusted } of golden.holm) assertEquals(holm(p), adjusted);
  assertEquals(holm([]), []);
});
