import { assertEquals } from "@std/assert";
import { imageSize, imagesOf } from "../../../../pipeline/classifier/kinds/dataset_images.ts";
import { encodeJson } from "../../../../pipeline/formats/json.ts";
import { encodeNpy } from "../../../../pipeline/formats/npy.ts";
import { artifactOf, drawnRun } from "./drawn_run.ts";

const fileOf = (...shape: number[]) => ({ test_images: artifactOf(encodeJson([9, ...shape])) });

Deno.test("imageSize() takes a square number of pixels for a square, without reading the dataset's files", () => {
  assertEquals(imageSize(drawnRun({ files: {} }), 784), { width: 28, height: 28 });
});

Deno.test("imageSize() takes height and width of other images from the dataset's files", () => {
  assertEquals(imageSize(drawnRun({ files: fileOf(10, 20) }), 200), { width: 20, height: 10 });
  assertEquals(imageSize(drawnRun({ files: fileOf(200) }), 200), { width: 200, height: 1 });
  assertEquals(imageSize(drawnRun({ files: fileOf(2, 3, 4) }), 24), { width: 24, height: 1 });
  assertEquals(imageSize(drawnRun({ files: fileOf(10, 20) }), 24), { width: 24, height: 1 }, "a stage has cut them");
});

Deno.test("imagesOf() gives bytes as they are, and stretches the numbers of an image to 0 to 255", () => {
  const bytes = imagesOf(drawnRun(), "train_images");
  assertEquals([bytes.size, bytes.row(1).length, bytes.row(1)[0]], [{ width: 4, height: 4 }, 16, 16]);
  const numbers = artifactOf(encodeNpy("f4", [2, 4], Float32Array.of(-1, 0, 1, 3, 5, 5, 5, 5)));
  const floats = imagesOf(drawnRun({ artifacts: { test_images: numbers } }), "test_images");
  assertEquals([[...floats.row(0)], [...floats.row(1)]], [[0, 63.75, 127.5, 255], [0, 0, 0, 0]]);
});
