import { AssertionError, suffix } from "./assertion_error.ts";
import { difference, format } from "./diff.ts";
import { equal } from "./equal.ts";

/** Fails unless the two values have the same structure (see `equal`). @throws AssertionError */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(`Values are not equal${suffix(msg)}${difference(actual, expected)}`);
}

/** Fails when the two values have the same structure. @throws AssertionError */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  throw new AssertionError(`Expected actual: ${format(actual)} not to be: ${format(expected)}${suffix(msg)}`);
}

/** Fails unless the two values are the same one, as `Object.is` sees it. @throws AssertionError */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const sameText = format(actual) === format(expected);
  const what = sameText
    ? `Values have the same structure but are not reference-equal${suffix(msg)}\n\n${format(actual)}\n`
    : `Values are not strictly equal${suffix(msg)}${difference(actual, expected)}`;
  throw new AssertionError(what);
}
