/**
 * A stand-in for the part of `jsr:@std/assert@1` that our tests use, with its names and behaviour, for networks that reach
 * the npm registry only. Where JSR can be reached, drop the folder from `links` in deno.json and the published package
 * takes its place.
 * @module
 */
export { AssertionError } from "./assertion_error.ts";
export { equal } from "./equal.ts";
export {
  assert,
  assertExists,
  assertFalse,
  assertInstanceOf,
  assertNotInstanceOf,
  fail,
  unreachable,
} from "./truth.ts";
export { assertEquals, assertNotEquals, assertNotStrictEquals, assertStrictEquals } from "./equality.ts";
export { assertAlmostEquals, assertGreater, assertGreaterOrEqual, assertLess, assertLessOrEqual } from "./order.ts";
export { assertArrayIncludes, assertMatch, assertNotMatch, assertStringIncludes } from "./content.ts";
export { assertIsError, assertRejects, assertThrows } from "./errors.ts";
