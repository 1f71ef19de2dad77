import { assert, assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "../../../core/errors.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "../../../pipeline/formats/safetensors.ts";

/** Sizes, values and names of all kinds: unicode, numbers, and properties that all objects have. */
const tensor = fc.tuple(
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("0.weight", "10", "2", "__proto__", "constructor", "gewichte-ü"),
  ),
  fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
).chain(([name, shape]) => {
  const count = shape.reduce((product, size) => product * size, 1);
  const data = fc.float32Array({ minLength: count, maxLength: count, noNaN: true });
  return data.map((data): NamedTensor => ({ name, shape, data }));
});
const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 6 })
  .filter((list) => list.every(({ name }) => name !== "__metadata__"));
const metadata = fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true });

/** The file's header as JSON, its length, and the bytes after it. */
function partsOf(bytes: Uint8Array<ArrayBuffer>) {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return { length, text, header: JSON.parse(text), body: bytes.subarray(8 + length) };
}

/** A file with a given header. */
function fileOf(header: string, body = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

function bitsOf(data: Float32Array): Uint32Array {
  return new Uint32Array(Float32Array.from(data).buffer);
}

Deno.test("decodeSafetensors() reads every tensor that encodeSafetensors() wrote, in order and to the bit", () => {
  fc.assert(fc.property(tensors, metadata, (tensors, metadata) => {
    const read = decodeSafetensors(encodeSafetensors({ tensors, metadata }), "file");
    assertEquals(read.metadata, metadata);
    assertEquals(read.tensors.map(({ name }) => name), tensors.map(({ name }) => name));
    read.tensors.forEach(({ shape, data }, i) => {
      assertEquals(shape, tensors[i].shape);
      assertEquals(bitsOf(data), bitsOf(tensors[i].data));
    });
  }));
});

Deno.test("encodeSafetensors() aligns the numbers to 8 bytes; their offsets start at the end of the header", () => {
  fc.assert(fc.property(tensors, (tensors) => {
    const { length, header, body } = partsOf(encodeSafetensors({ tensors, metadata: {} }));
    assertStrictEquals(length % 8, 0);
    let end = 0;
    for (const { name, shape, data } of tensors) {
      const entry = Object.getOwnPropertyDescriptor(header, name)!.value;
      assertEquals(entry, { dtype: "F32", shape, data_offsets: [end, end + data.byteLength] });
      end += data.byteLength;
    }
    assertStrictEquals(body.length, end);
  }));
});

Deno.test("encodeSafetensors() measures the header in bytes if a name is not ASCII", () => {
  const bytes = encodeSafetensors({
    tensors: [{ name: "重み", shape: [1], data: Float32Array.of(1.5) }],
    metadata: {},
  });
  const { length, text, body } = partsOf(bytes);
  assertStrictEquals(length % 8, 0);
  assertMatch(text, /^\{.*\} *$/);
  assertEquals([...body], [0, 0, 0xc0, 0x3f]);
});

Deno.test("encodeSafetensors() writes the same bits for every NaN, and preserves -0 and infinities", () => {
  const data = new Float32Array(
    new Uint32Array([0x7fc00001, 0xffc00000, 0x7f800001, 0x80000000, 0x7f800000, 0xff800000]).buffer,
  );
  const { body } = partsOf(encodeSafetensors({ tensors: [{ name: "x", shape: [6], data }], metadata: {} }));
  const bits = Array.from({ length: 6 }, (_, i) => new DataView(body.buffer, body.byteOffset).getUint32(4 * i, true));
  assertEquals(bits, [0x7fc00000, 0x7fc00000, 0x7fc00000, 0x80000000, 0x7f800000, 0xff800000]);
});

Deno.test("encodeSafetensors() writes only the part of a buffer that a view covers", () => {
  const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const bytes = encodeSafetensors({ tensors: [{ name: "x", shape: [2], data }], metadata: {} });
  assertEquals([...decodeSafetensors(bytes, "file").tensors[0].data], [2, 3]);
});

Deno.test("encodeSafetensors() rejects a name that is already used", () => {
  const named = (name: string): NamedTensor => ({ name, shape: [1], data: Float32Array.of(0) });
  const write = (...names: string[]) => encodeSafetensors({ tensors: names.map(named), metadata: {} });
  assertThrows(() => write("0.weight", "0.weight"), FormatError, '"0.weight" is already used');
  assertThrows(() => write("__metadata__"), FormatError, '"__metadata__" is already used');
});

Deno.test("decodeSafetensors() rejects other files, and states what it found", () => {
  const x = (changes: Record<string, unknown>) => {
    const entry = { dtype: "F32", shape: [2], data_offsets: [0, 8], ...changes };
    return fileOf(JSON.stringify({ x: entry }), new Uint8Array(8));
  };
  assertEquals([...decodeSafetensors(x({}), "file").tensors[0].data], [0, 0]);
  const entries = (a: number[], b: number[]) =>
    JSON.stringify(Object.fromEntries([["a", a], ["b", b]].map(([name, data_offsets]) => [
      name,
      { dtype: "F32", shape: [1], data_offsets },
    ])));
  const bad: [Uint8Array<ArrayBuffer>, RegExp][] = [
    [new Uint8Array(3), /^weights is not a safetensors file of float32 tensors: it has 3 bytes\.$/],
    [fileOf("{}").subarray(0, 9), /header has 2 bytes, but at most 1 were expected/],
    [new Uint8Array(16).fill(255), /header has \d+ bytes, but at most 8 were expected/],
    [fileOf("{"), /header is not a JSON object/],
    [fileOf("null"), /header is not a JSON object/],
    [fileOf("[]"), /header is not a JSON object/],
    [fileOf('{"x":5}'), /tensor x has no dtype, shape and data_offsets/],
    [x({ data_offsets: [0] }), /tensor x has no dtype/],
    [x({ data_offsets: [-8, 0] }), /tensor x has no dtype/],
    [x({ shape: "2" }), /tensor x has no dtype/],
    [x({ dtype: "F64" }), /tensor x is F64/],
    [fileOf("[".repeat(100_000)), /header is not a JSON object/],
    [fileOf('{"x":1,"x":1}'), /header has a name twice/],
    [fileOf('{"__metadata__":{"model":1}}'), /__metadata__ is not an object of strings/],
    [fileOf("{}", new Uint8Array(4)), /its tensors end at 0 of 4 bytes/],
    [fileOf(entries([0, 4], [0, 4]), new Uint8Array(4)), /tensor b starts at 0, but 4 was expected/],
    [fileOf(entries([0, 4], [8, 12]), new Uint8Array(12)), /tensor b starts at 8, but 4 was expected/],
    [x({ shape: [Number.MAX_SAFE_INTEGER, 2 ** 40, 0, 2 ** 40] }), /tensor x does not have 0 values/],
    [fileOf('{"x":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}', new Uint8Array(4)), /tensor x has no dtype/],
    [x({ shape: [3] }), /tensor x does not have 3 values/],
    [x({ shape: [4], data_offsets: [0, 16] }), /tensor x does not have 4 values/],
  ];
  for (const [bytes, message] of bad) {
    assertMatch(assertThrows(() => decodeSafetensors(bytes, "weights"), FormatError).message, message);
  }
});

Deno.test("decodeSafetensors() throws only FormatError if a file is truncated or a byte is changed", () => {
  const file = encodeSafetensors({
    tensors: [{ name: "0.weight", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    metadata: { model: "m" },
  });
  const flips = fc.tuple(
    fc.nat({ max: file.length - 1 }),
    fc.integer({ min: 1, max: 255 }),
    fc.nat({ max: file.length }),
  );
  fc.assert(
    fc.property(flips, ([at, mask, length]) => {
      const damaged = file.slice();
      damaged[at] ^= mask;
      for (const bytes of [damaged, file.slice(0, length)]) {
        try {
          decodeSafetensors(bytes, "file");
        } catch (error) {
          assert(error instanceof FormatError, String(error));
        }
      }
    }),
    { numRuns: 500 },
  );
});

/** Reads a file by the format's description, and prints it as JSON. */
const READER = `
import json, struct, sys
with open(sys.argv[1], "rb") as f:
    data = f.read()
(length,) = struct.unpack_from("<Q", data)
header = json.loads(data[8:8 + length])
metadata = header.pop("__metadata__")
tensors = {}
for name, entry in header.items():
    start, end = entry["data_offsets"]
    assert entry["dtype"] == "F32"
    tensors[name] = {"shape": entry["shape"], "values": struct.unpack_from(f"<{(end - start) // 4}f", data, 8 + length + start)}
print(json.dumps({"metadata": metadata, "tensors": tensors}))
`;

Deno.test({
  name: "encodeSafetensors() writes what a reader in Python, written from the format's description, can read",
  ignore: !hasPython(),
  fn: async () => {
    const path = await Deno.makeTempFile({ prefix: "retrace-", suffix: ".safetensors" });
    try {
      const tensors = [
        { name: "0.weight", shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 1e-30, 3.25, 65504) },
        { name: "0.bias", shape: [2], data: Float32Array.of(0, 0.1) },
      ];
      await Deno.writeFile(path, encodeSafetensors({ tensors, metadata: { model: "[…]" } }));
      const { stdout } = await new Deno.Command("python3", { args: ["-c", READER, path] }).output();
      assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
        metadata: { model: "[…]" },
        tensors: Object.fromEntries(tensors.map(({ name, shape, data }) => [name, { shape, values: [...data] }])),
      });
    } finally {
      await Deno.remove(path);
    }
  },
});

function hasPython(): boolean {
  try {
    return new Deno.Command("python3", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}
