/** Pictures for tests: genuine test digits, enlarged, on paper of any grey. */
import type { Picture } from "../../../pipeline/predict/ink.ts";
import { firstRows } from "../../small_dataset.ts";

const HEADER = { images: 16, labels: 8 };

/** The first test images of MNIST, 784 bytes each, and what they show. */
export function testDigits(count: number): { pixels: Uint8Array; label: number }[] {
  const images = firstRows("test_images", count).subarray(HEADER.images);
  const labels = firstRows("test_labels", count).subarray(HEADER.labels);
  return Array.from(labels, (label, i) => ({ pixels: images.subarray(784 * i, 784 * (i + 1)), label }));
}

/** How a digit is drawn: pixels as squares of `scale`, with a margin, pen and paper in these greys. */
export interface Drawing {
  scale?: number;
  margin?: number;
  pen?: number;
  paper?: number;
}

/** A digit as a picture. */
export function pictureOf(
  pixels: Uint8Array,
  { scale = 1, margin = 0, pen = 255, paper = 0 }: Drawing = {},
): Picture {
  const side = 28 * scale + 2 * margin;
  const rgba = new Uint8Array(4 * side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [column, row] = [Math.floor((x - margin) / scale), Math.floor((y - margin) / scale)];
      const inside = column >= 0 && column < 28 && row >= 0 && row < 28;
      const ink = inside ? pixels[28 * row + column] : 0;
      const grey = Math.round(paper + (pen - paper) * ink / 255);
      rgba.set([grey, grey, grey, 255], 4 * (y * side + x));
    }
  }
  return { width: side, height: side, rgba };
}

/** A picture of one colour. */
export function plainPicture(width: number, height: number, colour: readonly number[]): Picture {
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) rgba.set(colour, 4 * i);
  return { width, height, rgba };
}

/** Draws a rectangle into a picture. */
export function drawBox(
  picture: Picture,
  [left, top, width, height]: readonly [number, number, number, number],
  colour: readonly number[],
): Picture {
  const rgba = Uint8Array.from(picture.rgba);
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) rgba.set(colour, 4 * (y * picture.width + x));
  }
  return { ...picture, rgba };
}
