import { AssertionError, suffix } from "./assertion_error.ts";
import { format } from "./diff.ts";

// deno-lint-ignore no-explicit-any -- any class at all, abstract ones too.
type AnyClass = abstract new (...args: any[]) => any;

/** Fails unless the value is truthy. @throws AssertionError */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Fails unless the value is falsy. @throws AssertionError */
export function assertFalse(expr: unknown, msg = ""): asserts expr is false {
  if (expr) throw new AssertionError(msg);
}

/** Fails when the value is null or undefined. @throws AssertionError */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throw new AssertionError(`Expected actual: "${actual}" to not be null or undefined${suffix(msg)}`);
  }
}

/** Fails unless the value is an instance of the class. @throws AssertionError */
export function assertInstanceOf<T extends AnyClass>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  throw new AssertionError(
    `Expected object to be an instance of "${expectedType.name || "anonymous class"}" but was ${kind(actual)}${
      suffix(msg)
    }`,
  );
}

/** Fails when the value is an instance of the class. @throws AssertionError */
export function assertNotInstanceOf<A, T extends AnyClass>(
  actual: A,
  unexpectedType: T,
  msg?: string,
): asserts actual is Exclude<A, InstanceType<T>> {
  if (!(actual instanceof unexpectedType)) return;
  throw new AssertionError(
    `Expected object to not be an instance of "${unexpectedType.name || "anonymous class"}"${suffix(msg)}`,
  );
}

/** Always fails. @throws AssertionError */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${suffix(msg)}`);
}

/** Marks a place that no run may reach. @throws AssertionError */
export function unreachable(msg?: string): never {
  throw new AssertionError(`Unreachable${suffix(msg)}`);
}

function kind(value: unknown): string {
  if (value === null || value === undefined) return `"${value}"`;
  if (typeof value !== "object") return `"${typeof value}"`;
  return `"${value.constructor?.name ?? format(value)}"`;
}
