import { assertEquals } from "@std/assert";
import { encodeIdx } from "../../../pipeline/formats/idx.ts";
import { encodeNpy } from "../../../pipeline/formats/npy.ts";
import { encodeSafetensors } from "../../../pipeline/formats/safetensors.ts";
import { firstFilters } from "../../../pipeline/results/filters.ts";
import { readImages } from "../../../pipeline/results/images.ts";
import { pictureNames } from "../../../pipeline/results/picture_names.ts";
import type { Artifact } from "../../../pipeline/engine/stage/stage.ts";

const artifact = (bytes: Uint8Array<ArrayBuffer>): Artifact => ({
  digest: "",
  size: bytes.length,
  bytes: () => bytes,
  readInto: (target) => target.set(bytes),
});
const unread: Artifact = {
  ...artifact(new Uint8Array()),
  bytes: () => {
    throw new Error("the dataset is not to be read");
  },
};
const images = (features: number) => artifact(encodeNpy("u1", [2, features], new Uint8Array(2 * features).fill(7)));
const original = (...shape: number[]) =>
  artifact(encodeIdx("u8", [2, ...shape], new Uint8Array(2 * shape.reduce((a, b) => a * b, 1))));

Deno.test("readImages() takes a square number of pixels for a square, without reading the dataset again", () => {
  const { size, row } = readImages(images(784), unread);
  assertEquals([size, row(1).length, row(1)[0]], [{ width: 28, height: 28 }, 784, 7]);
});

Deno.test("readImages() takes height and width of other images from the dataset", () => {
  assertEquals(readImages(images(200), original(10, 20)).size, { width: 20, height: 10 });
  assertEquals(readImages(images(200), original(200)).size, { width: 200, height: 1 });
  assertEquals(readImages(images(24), original(2, 3, 4)).size, { width: 24, height: 1 });
});

Deno.test("readImages() stretches numbers of any range to 0 to 255", () => {
  const floats = artifact(encodeNpy("f4", [2, 4], Float32Array.of(-1, 0, 1, 3, 5, 5, 5, 5)));
  const { row } = readImages(floats, unread);
  assertEquals([[...row(0)], [...row(1)]], [[0, 63.75, 127.5, 255], [0, 0, 0, 0]]);
});

Deno.test("firstFilters() gives the first layer's rows: classes of a linear model, units of a net, the first ones of many", () => {
  const layer = (name: string, outputs: number, inputs: number) => [
    {
      name: `${name}.weight`,
      shape: [outputs, inputs],
      data: Float32Array.from({ length: outputs * inputs }, (_, i) => i),
    },
    { name: `${name}.bias`, shape: [outputs], data: new Float32Array(outputs) },
  ];
  const read = (most: number, ...layers: ReturnType<typeof layer>[]) =>
    firstFilters(artifact(encodeSafetensors({ tensors: layers.flat(), metadata: {} })), most);
  const linear = read(48, layer("0", 2, 3));
  assertEquals([linear.name, linear.kind, linear.outputs], ["0.weight", "class", 2]);
  assertEquals(linear.weights.map((one) => [...one]), [[0, 1, 2], [3, 4, 5]]);
  const net = read(48, layer("0", 100, 3), layer("2", 10, 100));
  assertEquals([net.kind, net.outputs, net.weights.length], ["unit", 100, 48]);
});

Deno.test("pictureNames() has the curve of ReLU only for models with one", () => {
  assertEquals(pictureNames(["linear(4,2)", " relu ", "linear(2,2)", "softmax"]).includes("activation.png"), true);
  assertEquals(pictureNames(["linear(4,2)", "softmax"]).includes("activation.png"), false);
});
