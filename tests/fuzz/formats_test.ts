/** The file formats, on damaged files. */
import { assert, assertEquals } from "@std/assert";
import { encodeIdx } from "../pipeline/formats/encode_idx.ts";
import { type IdxArray, parseIdx } from "../../pipeline/formats/idx.ts";
import { decodeJson } from "../../pipeline/formats/json.ts";
import { decodeNpy } from "../../pipeline/formats/npy.ts";
import { decodeSafetensors, encodeSafetensors } from "../../pipeline/formats/safetensors.ts";
import { fuzz, valueOrNull } from "./fuzz.ts";
import { damaged } from "./mutations.ts";
import { BATCHES, EVALUATION, IDX, NPY } from "./samples.ts";

const product = (shape: readonly number[]) => shape.reduce((size, one) => size * one, 1);

fuzz("parseIdx()", damaged(IDX), (bytes) => {
  const array = valueOrNull(() => parseIdx(bytes, "file"));
  if (array === null) return;
  const { dtype, shape, data } = array as Extract<IdxArray, { dtype: "u8" }>;
  assertEquals(encodeIdx(dtype, shape, data), bytes);
});

fuzz("decodeNpy()", damaged(NPY), (bytes) => {
  const array = valueOrNull(() => decodeNpy(bytes, "file"));
  if (array === null) return;
  const { shape, data } = array;
  assertEquals(data.length, product(shape));
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  assertEquals(body, bytes.subarray(bytes.length - body.length));
});

const small = encodeSafetensors({
  tensors: [
    { name: "0.weight", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: "0.bias", shape: [2], data: Float32Array.of(0, -1) },
    { name: "2.bias", shape: [0], data: new Float32Array(0) },
  ],
  metadata: { model: '["linear(3,2)","softmax"]', loss: '{"reduction":"sum","clamp":1e-10}' },
});

fuzz("decodeSafetensors()", damaged([small]), (bytes) => {
  const file = valueOrNull(() => decodeSafetensors(bytes, "file"));
  if (file === null) return;
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const body = file.tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
  assertEquals(8 + header + body, bytes.length);
  for (const { shape, data } of file.tensors) assertEquals(data.length, product(shape));
  assert(Object.values(file.metadata).every((word) => typeof word === "string"));
});

fuzz("decodeJson()", damaged([BATCHES, EVALUATION]), (bytes) => {
  const value = valueOrNull(() => decodeJson(bytes, "file"));
  if (value !== null) assertEquals(value, JSON.parse(new TextDecoder().decode(bytes)));
});
