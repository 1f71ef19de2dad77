/**
 * The ink of a picture: how much of the digit each pixel holds, whatever the colours of pen and paper. Only exactly
 * rounded arithmetic, so that a page and the command line get the same bits.
 */
import { FormatError } from "../../core/errors.ts";

/** Pixels in rows; each has four bytes: red, green, blue, opacity. */
export interface Picture {
  width: number;
  height: number;
  /** `width · height · 4` bytes. */
  rgba: ArrayLike<number>;
}

/** How much ink each pixel holds, from 0 (paper) to 255, in rows. */
export interface Ink {
  width: number;
  height: number;
  data: Float64Array;
}

/** A difference between pen and paper smaller than this, of 255, is no drawing. */
const FAINTEST = 24;
/** Ink below this share of the darkest stroke is the paper's grain. */
const GRAIN = 0.06;

/**
 * Tells ink from paper. The paper is what lies around: the median of the picture's outermost pixels. The pen is darker
 * or lighter than that, whichever differs more in all. What is transparent is paper.
 * @throws FormatError when nothing is drawn; `label` names the picture.
 */
export function inkOf(picture: Picture, label: string): Ink {
  const { width, height } = picture;
  // White ink on nothing is invisible on white paper: then it lies on black.
  for (const paper of [255, 0]) {
    const grey = greyOf(picture, paper);
    const data = inkOn(grey, medianOfEdge(grey, width, height));
    const most = data.reduce((a, b) => Math.max(a, b), 0);
    if (most >= FAINTEST) return { width, height, data: withoutGrain(data, most) };
  }
  throw new FormatError(
    `${label}: nothing is drawn on it: no pixel differs from its edge by ${FAINTEST} of 255. ` +
      "Give a picture of one digit, dark on light or light on dark.",
  );
}

/** Luminance by the weights of ITU-R BT.601, over paper of this grey. */
function greyOf({ width, height, rgba }: Picture, paper: number): Float64Array {
  const grey = new Float64Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const luminance = (299 * rgba[4 * i] + 587 * rgba[4 * i + 1] + 114 * rgba[4 * i + 2]) / 1000;
    const opacity = rgba[4 * i + 3];
    grey[i] = opacity === 255 ? luminance : (luminance * opacity + paper * (255 - opacity)) / 255;
  }
  return grey;
}

function medianOfEdge(grey: Float64Array, width: number, height: number): number {
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(grey[x], grey[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) edge.push(grey[y * width], grey[y * width + width - 1]);
  return edge.sort((a, b) => a - b)[edge.length >> 1];
}

function inkOn(grey: Float64Array, paper: number): Float64Array {
  const difference = grey.reduce((sum, value) => sum + (value - paper), 0);
  return grey.map((value) => Math.max(0, difference < 0 ? paper - value : value - paper));
}

function withoutGrain(ink: Float64Array, most: number): Float64Array {
  return ink.map((value) => (value < GRAIN * most ? 0 : value));
}
