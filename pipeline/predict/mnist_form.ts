/**
 * Converts a drawn digit to the form of MNIST's images (Yann LeCun's page "The MNIST database of handwritten digits"):
 * fitted into 20 × 20 pixels with its proportions, and placed in 28 × 28 by its centre of mass. It uses only exactly rounded
 * arithmetic, so a page and the command line get the same bytes.
 */
import type { Ink } from "./ink.ts";

/** Pixels along each side of an image. */
export const SIDE = 28;
/** Pixels along the longer side of the digit in it. */
const BOX = 20;
/** The shapes of grey images of this size: without channels, or with one before or after. */
const SHAPES = [[SIDE, SIDE], [1, SIDE, SIDE], [SIDE, SIDE, 1]].map(String);

/** True if images of this shape are what a digit is converted to. */
export function isMnistShape(shape: readonly number[]): boolean {
  return SHAPES.includes(String(shape));
}

/** The model's input: 784 bytes in rows, 0 for paper and 255 for the darkest ink. */
export function mnistForm(ink: Ink): Uint8Array<ArrayBuffer> {
  const box = boundsOf(ink);
  const scale = BOX / Math.max(box.width, box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const values = resized(ink, box, width, height);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const digit = Uint8Array.from(values, (value) => Math.round(value * 255 / most));
  const [x, y] = centreOfMass(digit, width, height);
  const [left, top] = [startOf(x, width), startOf(y, height)];
  const image = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < height; row++) {
    image.set(digit.subarray(row * width, (row + 1) * width), (top + row) * SIDE + left);
  }
  return image;
}

function boundsOf({ width, height, data }: Ink) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The part in the box, resized: each new pixel is the mean of the pixels that it covers. */
function resized(ink: Ink, box: ReturnType<typeof boundsOf>, width: number, height: number): Float64Array {
  const [columns, rows] = [spans(box.width, width), spans(box.height, height)];
  const narrow = new Float64Array(box.height * width);
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * ink.width + box.left;
    columns.forEach(({ first, shares }, x) => {
      narrow[y * width + x] = shares.reduce((sum, share, i) => sum + share * ink.data[from + first + i], 0);
    });
  }
  const small = new Float64Array(height * width);
  rows.forEach(({ first, shares }, y) => {
    for (let x = 0; x < width; x++) {
      small[y * width + x] = shares.reduce((sum, share, i) => sum + share * narrow[(first + i) * width + x], 0);
    }
  });
  return small;
}

/** For each of `to` equal parts of a line of `from` pixels: the pixels that it covers, and the share of each. */
function spans(from: number, to: number): { first: number; shares: number[] }[] {
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * from / to, (i + 1) * from / to];
    const first = Math.floor(start);
    const last = Math.max(first, Math.ceil(end) - 1);
    const shares = Array.from({ length: last - first + 1 }, (_, j) => {
      const pixel = first + j;
      return (Math.min(pixel + 1, end) - Math.max(pixel, start)) / (end - start);
    });
    return { first, shares };
  });
}

function centreOfMass(digit: Uint8Array, width: number, height: number): [x: number, y: number] {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const weight = digit[y * width + x];
      [mass, sumX, sumY] = [mass + weight, sumX + weight * x, sumY + weight * y];
    }
  }
  return [sumX / mass, sumY / mass];
}

/** The start that puts a centre at pixel 14, as in MNIST's images (14.0 on average, from pixel 0), without cutting. */
function startOf(centre: number, size: number): number {
  return Math.min(SIDE - size, Math.max(0, Math.round(SIDE / 2 - centre)));
}
