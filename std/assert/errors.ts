import { stripVTControlCharacters } from "node:util";
import { AssertionError, suffix } from "./assertion_error.ts";

// deno-lint-ignore no-explicit-any -- any error class, abstract ones too.
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless the function throws; returns what it threw. @throws AssertionError */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless the function throws an error of the class, with the text in its message; returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const { errorClass, note } = options(classOrMsg, msg);
  try {
    fn();
  } catch (error) {
    check(error, "thrown", errorClass, msgIncludes, note);
    return error;
  }
  throw new AssertionError(`Expected function to throw${suffix(note)}`);
}

/** Fails unless the function returns a promise that rejects; resolves to the reason. @throws AssertionError */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise rejects with an error of the class, with the text in its message; resolves to the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const { errorClass, note } = options(classOrMsg, msg);
  let promise: unknown;
  try {
    promise = fn();
  } catch {
    // As for a function that returns no promise.
  }
  if (!isPromiseLike(promise)) throw new AssertionError(`Function throws when expected to reject${suffix(note)}`);
  try {
    await promise;
  } catch (error) {
    check(error, "rejected", errorClass, msgIncludes, note);
    return error;
  }
  throw new AssertionError(`Expected function to reject${suffix(note)}`);
}

function options(classOrMsg: ErrorClass<Error> | string | undefined, msg: string | undefined) {
  return typeof classOrMsg === "string"
    ? { errorClass: undefined, note: classOrMsg }
    : { errorClass: classOrMsg, note: msg };
}

/** Fails unless what was thrown is of the class, if one is asked for, and has the text in its message. */
function check(
  error: unknown,
  how: "thrown" | "rejected",
  errorClass: ErrorClass<Error> | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): void {
  if (!errorClass) return;
  if (!(error instanceof Error)) throw new AssertionError(`A non-Error object was ${how}${suffix(msg)}`);
  if (!(error instanceof errorClass)) {
    throw new AssertionError(
      `Expected error to be instance of "${errorClass.name}", but was "${(error as Error).constructor?.name}"${
        suffix(msg)
      }`,
    );
  }
  if (!msgIncludes || stripVTControlCharacters(error.message).includes(stripVTControlCharacters(msgIncludes))) return;
  throw new AssertionError(
    `Expected error message to include ${JSON.stringify(msgIncludes)}, but got ${JSON.stringify(error.message)}${
      suffix(msg)
    }`,
  );
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && typeof (value as PromiseLike<unknown> | null)?.then === "function";
}
