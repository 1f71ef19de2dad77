/** The file formats, on damaged files. */
import { assert, assertEquals } from "@std/assert";
import { encodeIdx } from "../pipeline/formats/encode_idx.ts";
import type { ExampleFile } from "../../pipeline/define/format.ts";
import { type IdxArray, parseIdx } from "../../pipeline/formats/idx.ts";
import { decodeJson } from "../../pipeline/formats/json.ts";
import { decodeNpy } from "../../pipeline/formats/npy.ts";
import { decodeSafetensors, encodeSafetensors } from "../../pipeline/formats/safetensors.ts";
import { csv } from "../../pipeline/formats/csv_format.ts";
import { decodeJpeg } from "../../pipeline/formats/jpeg.ts";
import { npz } from "../../pipeline/formats/npy_format.ts";
import { pictures } from "../../pipeline/formats/pictures_format.ts";
import { packTar } from "modern-tar";
import { artifactOf } from "../pipeline/classifier/in_memory.ts";
import { chunksOf, pngOfChunks } from "../pipeline/formats/pngs.ts";
import { fuzz, settledOrNull, valueOrNull } from "./fuzz.ts";
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

const TABLE = 'width,"the ""label""",height\r\n1,"a, b",2.5\r\n-3,c,1e2\r\n\r\n4.5,"d\ne",.5\r\n'.repeat(2);
const TABLES = [TABLE, `\ufeff${TABLE}`, "a;label\n1;2\n"].map((text) => new TextEncoder().encode(text));

fuzz("csv", damaged(TABLES), async (bytes) => {
  for (const target of ["class", "number"] as const) {
    for (const [label, separator] of [['the "label"', ","], ["label", ";"]]) {
      const read = async () =>
        await csv.readExamples!(artifactOf(bytes), "file", { label, ignore: [], separator }, target);
      const examples = (await settledOrNull(read))?.examples;
      if (examples === undefined) continue;
      const { features: { shape, data }, labels } = examples;
      assertEquals(data.length, product(shape));
      assert(data.every(Number.isFinite));
      assertEquals("shape" in labels ? labels.shape[0] : labels.length, shape[0]);
    }
  }
});

const { jpeg, ...numpy }: { jpeg: Record<string, { file: string }> } & Record<string, string> = {
  ...JSON.parse(Deno.readTextFileSync(new URL("../golden/pillow.json", import.meta.url))),
  ...JSON.parse(Deno.readTextFileSync(new URL("../golden/numpy.json", import.meta.url))),
};
const ARCHIVES = ["savez", "savez_compressed"].map((name) => Uint8Array.fromBase64(numpy[name]));

fuzz("npz", damaged(ARCHIVES), (bytes) => {
  const found = valueOrNull(() => npz.readExamples!(artifactOf(bytes), "file", {}, "class") as ExampleFile);
  for (const { features: { shape, data } } of found === null ? [] : [found.examples, found.test ?? found.examples]) {
    assertEquals(data.length, product(shape));
  }
});

const JPEGS = Object.values(jpeg).map(({ file }) => Uint8Array.fromBase64(file));

const WHOLE = await decodeJpeg(JPEGS[0], "whole");

fuzz("decodeJpeg()", damaged(JPEGS), async (bytes) => {
  const picture = await settledOrNull(() => decodeJpeg(bytes, "file"));
  if (picture !== null) assertEquals(picture.rgba.length, 4 * picture.width * picture.height);
  assertEquals(await decodeJpeg(JPEGS[0], "whole"), WHOLE, "the next picture is read as ever");
});

const png = pngOfChunks(chunksOf({ width: 5, height: 4, bitDepth: 8, colourType: 0 }));
const TAR = await packTar(
  [["train/a/1.png", png], ["train/b/2.png", png], ["test/b/1.png", png], ["test/a/3.jpg", JPEGS[0]]]
    .map(([name, body]) => ({ header: { name: String(name), size: body.length }, body: body as Uint8Array })),
);

fuzz("pictures", damaged([TAR, TAR.slice(0, 2048)]), async (bytes) => {
  const found = await settledOrNull(async () => await pictures.readExamples!(artifactOf(bytes), "file", {}, "class"));
  for (
    const { features: { shape, data }, labels } of found === null ? [] : [found.examples, found.test ?? found.examples]
  ) {
    assertEquals([data.length, (labels as string[]).length], [product(shape), shape[0]]);
  }
});
