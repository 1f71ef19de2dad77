import { assertEquals } from "@std/assert";
import { encodeNpyRecords } from "../../../pipeline/formats/npy_records.ts";

Deno.test("encodeNpyRecords() writes the header of numpy.save, and rows of float64", () => {
  const file = encodeNpyRecords({ epoch: [0, 1], "it's": [null, 0.5] });
  const length = 10 + new DataView(file.buffer).getUint16(8, true);
  assertEquals(length % 64, 0);
  const text = new TextDecoder("latin1").decode(file.subarray(0, length));
  const header = "{'descr': [('epoch', '<f8'), ('it\\'s', '<f8')], 'fortran_order': False, 'shape': (2,), }";
  assertEquals(text.slice(10).trimEnd(), header);
  assertEquals([...new Float64Array(file.slice(length).buffer)], [0, NaN, 1, 0.5]);
});

Deno.test("the name of a column cannot end its text", () => {
  const file = encodeNpyRecords({ "a\\', '<f8'), ('b\n": [1], "Größe 😀": [2] });
  const text = new TextDecoder("latin1").decode(file);
  assertEquals(
    text.slice(10, text.indexOf("], 'fortran")),
    "{'descr': [('a\\\\\\', \\'<f8\\'), (\\'b\\U0000000a', '<f8'), " +
      "('Gr\\U000000f6\\U000000dfe \\U0001f600', '<f8')",
  );
});
