import { assertEquals, assertThrows } from "@std/assert";
import { PbfReader } from "pbf";
import { FormatError } from "../../../core/errors.ts";
import type { OnnxAttribute } from "../../../core/layers/onnx_node.ts";
import { encodeOnnx } from "../../../pipeline/formats/onnx_model.ts";

function encoded(attributes: Record<string, OnnxAttribute>): Uint8Array {
  const value = { type: "float32", shape: ["N", 3] } as const;
  return encodeOnnx({
    name: "test",
    nodes: [{ op: "Any", inputs: ["input"], output: "output", attributes }],
    constants: [],
    input: { name: "input", ...value },
    output: { name: "output", ...value },
  });
}

/** The messages of a field, at a path of fields. */
function messagesAt(bytes: Uint8Array, [first, ...rest]: number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  new PbfReader(bytes).readFields((tag, _, reader) => {
    if (tag === first) found.push(reader.readBytes());
  }, null);
  return rest.length === 0 ? found : found.flatMap((message) => messagesAt(message, rest));
}

/** The name of an attribute, its type, and its values. */
function attributeIn(bytes: Uint8Array): unknown[] {
  const values: unknown[] = [];
  const found = { name: "", type: 0 };
  new PbfReader(bytes).readFields((tag, _, reader) => {
    if (tag === 1) found.name = reader.readString();
    else if (tag === 20) found.type = reader.readVarint();
    else if (tag === 2 || tag === 7) values.push(reader.readFloat());
    else if (tag === 4) values.push(reader.readString());
    else values.push(reader.readVarint(true));
  }, null);
  return [found.name, found.type, values];
}

Deno.test("an attribute is an integer, a float, a text, or a list, and says which", () => {
  const bytes = encoded({
    ...{ axis: -1, pads: [1, 0, 2], alpha: { float: 1 }, mode: "constant", scales: { floats: [0.5, 2] } },
  });
  // Of the model the graph, of this the nodes, of these the attributes.
  assertEquals(messagesAt(bytes, [7, 1, 5]).map(attributeIn), [
    ["axis", 2, [-1]],
    ["pads", 7, [1, 0, 2]],
    ["alpha", 1, [1]],
    ["mode", 3, ["constant"]],
    ["scales", 6, [0.5, 2]],
  ]);
});

Deno.test("a number that is no integer is refused: a float says that it is one", () => {
  const message = "the attribute alpha of Any: expected an integer, but found 0.5. Write { float: 0.5 }.";
  assertThrows(() => encoded({ alpha: 0.5 }), FormatError, message);
  assertThrows(() => encoded({ pads: [1, NaN] }), FormatError, "found NaN");
});
