import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { ShapeError } from "../../core/errors.ts";
import { describe, fromArray, scoped, tensor } from "../../core/tensor/tensor.ts";

Deno.test("tensor() is zeros, row-major, on a cache line when the memory was used before", () => {
  scoped(() => tensor([100]).data.fill(7));
  scoped(() => {
    const odd = tensor([3], "uint8");
    const next = tensor([10, 10]);
    assertEquals([odd.ptr % 64, next.ptr % 64], [0, 0]);
    assertEquals(Array.from(next.data), Array(100).fill(0));
    assertEquals([next.size, next.dtype, next.shape], [100, "float32", [10, 10]]);
  });
});

Deno.test("tensor() with no dimensions holds one number", () => {
  scoped(() => assertEquals(tensor([]).size, 1));
});

Deno.test("tensor() throws a ShapeError when a dimension is not a positive integer", () => {
  for (const bad of [0, -1, 2.5, NaN]) assertThrows(() => tensor([2, bad]), ShapeError, `dimension ${bad}`);
});

Deno.test("tensor() keeps its own shape when the caller's array changes", () => {
  scoped(() => {
    const shape = [2, 3];
    const made = tensor(shape);
    shape[0] = 9;
    assertEquals(made.shape, [2, 3]);
  });
});

Deno.test("tensor() throws a RangeError that says how much memory is in use when 4 GiB are not enough", () => {
  const error = assertThrows(() => tensor([2 ** 30 + 1]), RangeError, "Out of memory for a tensor of 4294967300 bytes");
  assert(error instanceof Error);
  // And nothing was taken.
  scoped(() => assertEquals(tensor([4]).data.length, 4));
});

Deno.test("fromArray() holds the values in each type", () => {
  scoped(() => {
    assertEquals(Array.from(fromArray([1.5, -2], [2]).data), [1.5, -2]);
    assertEquals(Array.from(fromArray([255, 256], [2], "uint8").data), [255, 0]);
    assertEquals(Array.from(fromArray([-7, 2], [1, 2], "int32").data), [-7, 2]);
  });
});

Deno.test("fromArray() throws a ShapeError when shape and values differ in number", () => {
  assertThrows(() => fromArray([1, 2, 3], [2, 2]), ShapeError, "holds 4 elements, but 3 values were given");
});

Deno.test("nd shows the same numbers as data", () => {
  scoped(() => {
    const t = fromArray([1, 2, 3, 4, 5, 6], [2, 3]);
    assertEquals(t.nd.get(1, 0), 4);
    t.nd.set(1, 2, 9);
    assertEquals(t.data[5], 9);
    assertStrictEquals(t.nd, t.nd);
  });
});

Deno.test("data and nd stay valid when the memory grows", () => {
  scoped(() => {
    const t = fromArray([1, 2, 3, 4], [2, 2]);
    const old = t.data;
    assertEquals(t.nd.get(0, 0), 1);
    scoped(() => {
      tensor([old.buffer.byteLength], "uint8");
      assertEquals(old.length, 0);
      assertEquals(Array.from(t.data), [1, 2, 3, 4]);
      assertEquals(t.nd.get(1, 1), 4);
    });
  });
});

Deno.test("scoped() frees what was made inside when work returns or throws", () => {
  scoped(() => {
    const first = scoped(() => tensor([1000]).ptr);
    const second = scoped(() => tensor([1000]).ptr);
    assertEquals(first, second);
    assertThrows(
      () =>
        scoped(() => {
          tensor([1000]);
          throw new RangeError("stop");
        }),
      RangeError,
      "stop",
    );
    assertEquals(tensor([1000]).ptr, first);
  });
});

Deno.test("scoped() frees what was made inside when a promise settles, and not before", async () => {
  const start = scoped(() => tensor([4]).ptr);
  const value = await scoped(async () => {
    const t = fromArray([5], [1]);
    await Promise.resolve();
    const after = tensor([4]);
    assert(after.ptr > t.ptr);
    return t.data[0];
  });
  assertEquals(value, 5);
  await assertRejects(
    () =>
      scoped(async () => {
        tensor([4]);
        await Promise.resolve();
        throw new RangeError("stop");
      }),
    RangeError,
    "stop",
  );
  assertEquals(scoped(() => tensor([4]).ptr), start);
});

Deno.test("scoped() throws when scopes do not end innermost first", async () => {
  const inner = Promise.withResolvers<void>();
  let innerWork: Promise<void> = Promise.resolve();
  const outer = scoped(async () => {
    innerWork = scoped(() => inner.promise);
    await Promise.resolve();
  });
  await assertRejects(() => outer, Error, "Await the inner one first");
  inner.resolve();
  await innerWork;
});

Deno.test("a tensor's data and address throw when its scope has ended", () => {
  const gone = scoped(() => tensor([2, 3], "int32"));
  assertThrows(() => gone.data, Error, "int32 [2, 3] was used after the scoped() that made it had ended");
  assertThrows(() => gone.ptr, Error, "was used after");
});

Deno.test("describe() says type and shape", () => {
  scoped(() => assertEquals(describe(tensor([64, 784])), "float32 [64, 784]"));
});
