import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../../core/errors.ts";
import { pictureForm, readExampleShape } from "../../../../pipeline/classifier/kinds/example_shape.ts";
import { hasPictures, imagesOf } from "../../../../pipeline/classifier/kinds/dataset_images.ts";
import { encodeJson } from "../../../../pipeline/formats/json.ts";
import { encodeNpy } from "../../../../pipeline/formats/npy.ts";
import { artifactOf, drawnRun } from "./drawn_run.ts";

/** A run on examples of this shape, whose test images are these. */
function runOn(shape: number[], images: Uint8Array | Float32Array) {
  const rows = [images.length / shape.reduce((product, size) => product * size, 1), images.length];
  const dtype = images instanceof Uint8Array ? "u1" : "f4";
  const test_images = artifactOf(encodeNpy(dtype, [rows[0], images.length / rows[0]], images as Uint8Array));
  return drawnRun({ artifacts: { test_images, example_shape: artifactOf(encodeJson(shape)) } });
}

Deno.test("pictureForm() takes height, width and channels as they are, whatever their product is", () => {
  const cases: [shape: number[], form: [width: number, height: number, colours: string, isPlanar: boolean]][] = [
    [[28, 28], [28, 28, "grey", false]],
    [[7, 28], [28, 7, "grey", false]],
    [[28, 7], [7, 28, "grey", false]],
    [[1, 7, 28], [28, 7, "grey", true]],
    [[7, 28, 1], [28, 7, "grey", false]],
    [[28, 28, 3], [28, 28, "rgb", false]],
    [[3, 20, 30], [30, 20, "rgb", true]],
    [[3, 5], [5, 3, "grey", false]],
    [[3, 5, 3], [3, 5, "rgb", true]],
  ];
  for (const [shape, [width, height, colours, isPlanar]] of cases) {
    assertEquals<unknown>(pictureForm(shape), { size: { width, height }, colours, isPlanar }, String(shape));
  }
});

Deno.test("pictureForm() is null for what is no picture", () => {
  const others = [[4], [196], [784], [1, 16], [16, 1], [1, 1, 9], [2, 8, 8], [8, 8, 4], [4, 8, 8], [3, 4, 5, 6], [
    1,
    3,
  ]];
  for (const shape of [...others, [1, 1, 28, 28]]) assertEquals(pictureForm(shape), null, String(shape));
  for (const shape of [[28, 28], [4]]) {
    assertEquals(hasPictures(runOn(shape, new Uint8Array(shape.reduce((a, b) => a * b)))), shape.length > 1);
  }
});

Deno.test("readExampleShape() rejects what is no shape", () => {
  for (const value of [[], [0], [-1, 4], [2.5], ["28", 28], { shape: [1] }, null, "28,28"]) {
    assertThrows(() => readExampleShape(artifactOf(encodeJson(value))), FormatError, "example_shape", String(value));
  }
});

Deno.test("imagesOf() gives bytes as they are, and stretches the numbers of an image to 0 to 255", () => {
  const bytes = imagesOf(drawnRun(), "train_images", [1]);
  assertEquals([bytes.size, bytes.row(1).length, bytes.row(1)[0]], [{ width: 4, height: 4 }, 16, 16]);
  const floats = imagesOf(runOn([2, 2], Float32Array.of(-1, 0, 1, 3, 5, 5, 5, 5)), "test_images", [0, 1]);
  assertEquals([[...floats.row(0)], [...floats.row(1)]], [[0, 63.75, 127.5, 255], [0, 0, 0, 0]]);
});

Deno.test("imagesOf() gives colours pixel by pixel, whether the channels come first or last", () => {
  const last = Uint8Array.from({ length: 24 }, (_, i) => i);
  const first = last.map((_, i) => i % 4 * 3 + Math.floor(i / 4) % 3 + Math.floor(i / 12) * 12);
  assertEquals([...first.subarray(0, 12)], [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
  for (const [shape, values] of [[[2, 2, 3], last], [[3, 2, 2], first]] as const) {
    const images = imagesOf(runOn([...shape], values), "test_images", [0, 1]);
    assertEquals([images.colours, images.size], ["rgb", { width: 2, height: 2 }]);
    assertEquals([[...images.row(0)], [...images.row(1)]], [[...last.subarray(0, 12)], [...last.subarray(12)]]);
  }
  const floats = imagesOf(runOn([3, 2, 2], Float32Array.from(first.subarray(0, 12))), "test_images", [0]);
  assertEquals(floats.row(0)[11], 255, "stretched over all colours");
});

Deno.test("imagesOf() rejects images that are not of the dataset's shape", () => {
  const cut = { test_images: artifactOf(encodeNpy("u1", [2, 9], new Uint8Array(18))) };
  const error = assertThrows(() => imagesOf(drawnRun({ artifacts: cut }), "test_images", [0]), FormatError);
  assertEquals(error.message.startsWith("test_images: expected images of shape [4, 4], but found rows of 9"), true);
});
