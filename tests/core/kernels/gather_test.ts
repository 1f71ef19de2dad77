import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits, bitsOf } from "./compare.ts";

const shapes = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(784)),
  batch: fc.integer({ min: 1, max: 9 }),
  offset: fc.integer({ min: 0, max: 5 }),
});

Deno.test("gatherTable(), gatherRows() and gatherLabels() have the plain twins' bits for any shape", () => {
  fc.assert(fc.property(shapes, ({ seed, rows, columns, batch, offset }) =>
    assertSameBits(seed, (k, numbers) => {
      const pixels = numbers.integers("uint8", 3, rows, columns);
      for (let i = 0; i < pixels.size; i += 3) pixels.data[i] = numbers.below(256) * numbers.below(2);
      const [floats, labels] = [numbers.wild(rows, columns), numbers.integers("uint8", 256, rows)];
      const [index, table] = [numbers.integers("int32", rows, batch + offset), numbers.wild(256)];
      const [looked, copied, picked] = [tensor([batch, columns]), tensor([batch, columns]), tensor([batch], "uint8")];
      const after = numbers.tensor(16);
      k.gatherTable(looked, pixels, index, offset, table);
      k.gatherRows(copied, floats, index, offset);
      k.gatherLabels(picked, labels, index, offset);
      return [looked, copied, fromArray(picked.data, [batch]), after];
    })));
});

Deno.test("gatherTable() has the bits of gatherRows() on a dense normalized dataset", () => {
  scoped(() => {
    const pixels = fromArray(Array.from({ length: 300 * 28 }, (_, i) => i % 11 < 6 ? 0 : i % 256), [300, 28], "uint8");
    const index = fromArray([299, 0, 7, 7], [4], "int32");
    const table = fromArray(Array.from({ length: 256 }, (_, value) => (value / 255 - 0.1307) / 0.3081), [256]);
    const dense = fromArray(Array.from(pixels.data, (value) => table.data[value]), [300, 28]);
    const [looked, copied] = [tensor([4, 28]), tensor([4, 28])];
    kernels.gatherTable(looked, pixels, index, 0, table);
    kernels.gatherRows(copied, dense, index, 0);
    assertEquals(bitsOf(looked.data), bitsOf(copied.data));
  });
});

Deno.test("gatherTable() uses the current values of the table in every call", () => {
  scoped(() => {
    const [pixels, index] = [fromArray([0, 1, 0, 0, 0, 0, 0, 0, 0, 1], [1, 10], "uint8"), tensor([1], "int32")];
    const [table, out] = [tensor([256]), tensor([1, 10])];
    for (const [zero, one] of [[5, 6], [7, 8]]) {
      table.data.set([zero, one]);
      kernels.gatherTable(out, pixels, index, 0, table);
      assertEquals(Array.from(out.data), [zero, one, zero, zero, zero, zero, zero, zero, zero, one]);
    }
  });
});
