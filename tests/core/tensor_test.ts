import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { OutOfMemoryError, ShapeError } from "../../core/errors.ts";
import { describe, fromArray, openScope, scoped, tensor, viewOf } from "../../core/tensor/tensor.ts";

Deno.test("tensor() is all zeros and starts at a cache line, also in memory that was used before", () => {
  scoped(() => tensor([100]).data.fill(7));
  scoped(() => {
    const odd = tensor([3], "uint8");
    const next = tensor([10, 10]);
    assertEquals([odd.ptr % 64, next.ptr % 64], [0, 0]);
    assertEquals(Array.from(next.data), Array(100).fill(0));
    assertEquals([next.size, next.dtype, next.shape], [100, "float32", [10, 10]]);
  });
});

Deno.test("tensor() without dimensions has one element", () => {
  scoped(() => assertEquals(tensor([]).size, 1));
});

Deno.test("tensor() throws a ShapeError if a dimension is not a positive integer", () => {
  for (const bad of [0, -1, 2.5, NaN]) assertThrows(() => tensor([2, bad]), ShapeError, `found the shape [2, ${bad}]`);
});

Deno.test("tensor() copies its shape, so the caller can change the array", () => {
  scoped(() => {
    const shape = [2, 3];
    const made = tensor(shape);
    shape[0] = 9;
    assertEquals(made.shape, [2, 3]);
  });
});

Deno.test("tensor() throws an OutOfMemoryError that reports the memory in use if 4 GiB are not enough", () => {
  assertThrows(() => tensor([2 ** 30 + 1]), OutOfMemoryError, "cannot allocate 4294967300 bytes");
  // The failed call allocated nothing.
  scoped(() => assertEquals(tensor([4]).data.length, 4));
});

Deno.test("fromArray() converts the values to each type", () => {
  scoped(() => {
    assertEquals(Array.from(fromArray([1.5, -2], [2]).data), [1.5, -2]);
    assertEquals(Array.from(fromArray([255, 256], [2], "uint8").data), [255, 0]);
    assertEquals(Array.from(fromArray([-7, 2], [1, 2], "int32").data), [-7, 2]);
  });
});

Deno.test("fromArray() throws a ShapeError if the number of values does not match the shape", () => {
  assertThrows(() => fromArray([1, 2, 3], [2, 2]), ShapeError, "Expected 4 values for the shape [2, 2], but found 3");
});

Deno.test("nd shows the same numbers as data", () => {
  scoped(() => {
    const t = fromArray([1, 2, 3, 4, 5, 6], [2, 3]);
    assertEquals(t.nd.get(1, 0), 4);
    t.nd.set(1, 2, 9);
    assertEquals(t.data[5], 9);
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

Deno.test("scoped() frees the tensors made inside when work returns or throws", () => {
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

Deno.test("openScope() frees the tensors made until its block ends, also in asynchronous code", async () => {
  const start = scoped(() => tensor([4]).ptr);
  const work = async () => {
    using _memory = openScope();
    const t = fromArray([5], [1]);
    await Promise.resolve();
    tensor([4]);
    if (t.data[0] === 5) throw new RangeError("stop");
  };
  await assertRejects(work, RangeError, "stop");
  assertEquals(scoped(() => tensor([4]).ptr), start);
});

Deno.test("a scope that ends takes the scopes opened inside it with it", () => {
  const start = scoped(() => tensor([4]).ptr);
  const outer = openScope();
  const inner = openScope();
  const t = tensor([4]);
  outer[Symbol.dispose]();
  assertThrows(() => t.data, Error, "was used after its scope ended");
  scoped(() => {
    assertEquals(tensor([4]).ptr, start);
    inner[Symbol.dispose]();
    assertNotEquals(tensor([4]).ptr, start, "ending it again frees nothing");
  });
});

Deno.test("viewOf() shares the memory of another tensor, and rejects offsets and shapes outside of it", () => {
  scoped(() => {
    const whole = fromArray([1, 2, 3, 4], [4]);
    const part = viewOf(whole, 8, [1, 2], "float32");
    part.data[0] = 9;
    assertEquals(Array.from(whole.data), [1, 2, 9, 4]);
    assertThrows(() => viewOf(whole, 8, [3], "float32"), ShapeError, "found float32 [3] from byte 8 to 20");
    assertThrows(() => viewOf(whole, 2, [1], "float32"), ShapeError, "a multiple of 4");
  });
});

Deno.test("a tensor's data and address throw after its scope has ended", () => {
  const freed = scoped(() => tensor([2, 3], "int32"));
  assertThrows(() => freed.data, Error, "int32 [2, 3] was used after its scope ended");
  assertThrows(() => freed.nd, Error, "was used after");
  assertThrows(() => freed.ptr, Error, "was used after");
});

Deno.test("describe() states type and shape", () => {
  scoped(() => assertEquals(describe(tensor([64, 784])), "float32 [64, 784]"));
});
