import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

/** Runs an assertion that must fail and returns its message; written without the functions under test. */
function failure(fn: () => void): string {
  try {
    fn();
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
  throw new Error("the assertion passed");
}

async function asyncFailure(fn: () => Promise<unknown>): Promise<string> {
  try {
    await fn();
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
  throw new Error("the assertion passed");
}

function mustInclude(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`${JSON.stringify(text)} lacks ${JSON.stringify(part)}`);
}

/** Whether assertEquals() passes. */
function equal(a: unknown, b: unknown): boolean {
  try {
    assertEquals(a, b);
    return true;
  } catch (error) {
    if (error instanceof AssertionError) return false;
    throw error;
  }
}

Deno.test("assert() fails with its message when the value is falsy", () => {
  assert(1);
  mustInclude(failure(() => assert(0, "zero")), "zero");
});

Deno.test("assertEquals() compares structure when values are nested", () => {
  const same: [unknown, unknown][] = [
    [NaN, NaN],
    [0, -0],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }],
    [Object.create(null), {}],
    [new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }])],
    [new Map([["a", [1]]]), new Map([["a", [1]]])],
    [new Date(5), new Date(5)],
    [/a/g, /a/g],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Float32Array([NaN]), new Float32Array([NaN])],
    [new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
    [new Intl.Locale("en"), new Intl.Locale("en")],
  ];
  for (const [a, b] of same) if (!equal(a, b)) throw new Error(`${Deno.inspect(a)} is not ${Deno.inspect(b)}`);
});

Deno.test("assertEquals() fails when anything differs", () => {
  const other: [unknown, unknown][] = [
    [1, "1"],
    [null, undefined],
    [{ a: 1 }, { a: 2 }],
    [{ a: undefined }, {}],
    [[1], [1, 2]],
    [[], {}],
    [new Set([1]), new Set([2])],
    [new Map([["a", 1]]), new Map([["a", 2]])],
    [new Date(5), new Date(6)],
    [/a/g, /a/i],
    [new Uint8Array([1]), new Uint8Array([2])],
    [new Uint8Array([1]), new Int8Array([1])],
    [new Error("a"), new Error("b")],
    [new Error("a"), new TypeError("a")],
    [{ [Symbol.for("a")]: 1 }, { [Symbol.for("a")]: 2 }],
    [() => 1, () => 1],
  ];
  for (const [a, b] of other) if (equal(a, b)) throw new Error(`${Deno.inspect(a)} is ${Deno.inspect(b)}`);
});

Deno.test("assertEquals() ends when objects hold themselves", () => {
  const cycle = () => {
    const value: Record<string, unknown> = { a: 1 };
    value.self = value;
    return value;
  };
  assert(equal(cycle(), cycle()));
  assert(!equal(cycle(), { ...cycle(), a: 2 }));
});

Deno.test("assertEquals() shows the lines that differ when values are not equal", () => {
  assertEquals({ a: 1 }, { a: 1 });
  const message = failure(() => assertEquals([1, 2, 3], [1, 5, 3], "lists"));
  mustInclude(message, "Values are not equal: lists");
  mustInclude(message, "-     2,");
  mustInclude(message, "+     5,");
});

Deno.test("assertNotEquals() fails when values are equal", () => {
  assertNotEquals<unknown>(1, "1");
  mustInclude(failure(() => assertNotEquals([1], [1])), "not to be");
});

Deno.test("assertStrictEquals() tells apart what assertEquals() does not", () => {
  assertStrictEquals(NaN, NaN);
  mustInclude(failure(() => assertStrictEquals(0, -0)), "not strictly equal");
  mustInclude(failure(() => assertStrictEquals([1], [1])), "not reference-equal");
});

Deno.test("assertAlmostEquals() allows a ten-millionth when no tolerance is given", () => {
  assertAlmostEquals(1e6 + 0.05, 1e6);
  assertAlmostEquals(0.1, 0.2, 0.11);
  assertAlmostEquals(Infinity, Infinity);
  mustInclude(failure(() => assertAlmostEquals(1e6 + 0.2, 1e6)), "is greater than");
  mustInclude(failure(() => assertAlmostEquals(NaN, 1)), "to be close to");
});

Deno.test("assertGreater() and its kin compare with the operator they are named after", () => {
  assertGreater(2, 1);
  assertGreaterOrEqual(2, 2);
  assertLess(1, 2);
  assertLessOrEqual(2, 2);
  mustInclude(failure(() => assertGreater(1, 1)), "Expect 1 > 1");
  mustInclude(failure(() => assertGreaterOrEqual(1, 2)), "Expect 1 >= 2");
  mustInclude(failure(() => assertLess(1, 1)), "Expect 1 < 1");
  mustInclude(failure(() => assertLessOrEqual(NaN, 1)), "Expect NaN <= 1");
});

Deno.test("assertMatch(), assertStringIncludes() and assertArrayIncludes() look into their subject", () => {
  assertMatch("abc", /b/);
  assertStringIncludes("abc", "bc");
  assertArrayIncludes([1, { a: 2 }], [{ a: 2 }]);
  mustInclude(failure(() => assertMatch("abc", /x/)), "to match");
  mustInclude(failure(() => assertStringIncludes("abc", "x")), "to contain");
  mustInclude(failure(() => assertArrayIncludes([1], [1, 2])), "missing: [");
});

Deno.test("assertInstanceOf() names both classes when they differ", () => {
  assertInstanceOf(new TypeError(), Error);
  const message = failure(() => assertInstanceOf(new Error(), TypeError));
  mustInclude(message, `"TypeError"`);
  mustInclude(message, `"Error"`);
});

Deno.test("assertThrows() returns the error when the function throws", () => {
  const error = new TypeError("a bad thing");
  const raise = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(raise), error);
  assertStrictEquals(assertThrows(raise, TypeError, "bad"), error);
  mustInclude(failure(() => assertThrows(() => {}, "note")), "Expected function to throw: note");
  mustInclude(failure(() => assertThrows(raise, RangeError)), `instance of "RangeError", but was "TypeError"`);
  mustInclude(failure(() => assertThrows(raise, TypeError, "good")), `include "good", but got "a bad thing"`);
});

Deno.test("assertThrows() fails when a class is asked for and no Error is thrown", () => {
  const raise = () => {
    throw "text";
  };
  assertEquals(assertThrows(raise), "text");
  mustInclude(failure(() => assertThrows(raise, Error)), "A non-Error object was thrown");
});

Deno.test("assertRejects() resolves to the error when the promise rejects", async () => {
  const error = new TypeError("a bad thing");
  assertStrictEquals(await assertRejects(() => Promise.reject(error)), error);
  assertStrictEquals(await assertRejects(() => Promise.reject(error), TypeError, "bad"), error);
  mustInclude(await asyncFailure(() => assertRejects(() => Promise.resolve())), "Expected function to reject");
  mustInclude(await asyncFailure(() => assertRejects(() => Promise.reject(error), RangeError)), `"RangeError"`);
});

Deno.test("assertRejects() fails when the function throws before it returns a promise", async () => {
  const message = await asyncFailure(() =>
    assertRejects(() => {
      throw new Error("early");
    })
  );
  mustInclude(message, "Function throws when expected to reject");
});
