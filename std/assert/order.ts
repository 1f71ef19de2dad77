import { AssertionError, suffix } from "./assertion_error.ts";
import { format } from "./diff.ts";

/**
 * Fails unless `|expected - actual| <= tolerance`; the tolerance is a ten-millionth of the expected value when none is
 * given. @throws AssertionError
 */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const delta = Math.abs(expected - actual);
  if (delta <= allowed) return;
  throw new AssertionError(
    `Expected actual: "${show(actual)}" to be close to "${show(expected)}": delta "${show(delta)}" is greater than "${
      show(allowed)
    }"${suffix(msg)}`,
  );
}

/** Fails unless `actual > expected`. @throws AssertionError */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) refuse(actual, ">", expected, msg);
}

/** Fails unless `actual >= expected`. @throws AssertionError */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) refuse(actual, ">=", expected, msg);
}

/** Fails unless `actual < expected`. @throws AssertionError */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) refuse(actual, "<", expected, msg);
}

/** Fails unless `actual <= expected`. @throws AssertionError */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) refuse(actual, "<=", expected, msg);
}

function refuse(actual: unknown, relation: string, expected: unknown, msg: string | undefined): never {
  throw new AssertionError(msg ?? `Expect ${format(actual)} ${relation} ${format(expected)}`);
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toExponential();
}
