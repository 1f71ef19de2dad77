/**
 * A stand-in for what our tests use of `jsr:@std/assert@1`, with its names, for networks that reach the npm registry only.
 * What passes and what fails is exactly the same, and so are the messages but for how values and their differences are
 * printed. Where JSR can be reached, drop the folder from `links` in deno.json and the published package takes its place.
 * @module
 */
export { AssertionError } from "./assertion_error.ts";
export { assert, assertInstanceOf } from "./truth.ts";
export { assertEquals, assertNotEquals, assertStrictEquals } from "./equality.ts";
export { assertAlmostEquals, assertGreater, assertGreaterOrEqual, assertLess, assertLessOrEqual } from "./order.ts";
export { assertArrayIncludes, assertMatch, assertStringIncludes } from "./content.ts";
export { assertRejects, assertThrows } from "./errors.ts";
