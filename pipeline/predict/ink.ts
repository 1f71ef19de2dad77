/** The ink of a picture, whatever the colours of pen and paper. Exactly rounded arithmetic: equal bits everywhere. */
import { FormatError } from "../../core/errors.ts";

/** Pixels in rows; each has four bytes: red, green, blue, opacity. */
export interface Picture {
  width: number;
  height: number;
  rgba: ArrayLike<number>;
}

/** How much ink each pixel has, from 0 (paper) to 255, in rows. */
export interface Ink {
  width: number;
  height: number;
  data: Float64Array;
}

/** A smaller difference between pen and paper, of 255, does not count as a drawing. */
const FAINTEST = 24;
/** Less ink than this share of the darkest stroke counts as the paper's grain. */
const GRAIN = 0.06;

/**
 * Separates ink from paper. The paper is the median of the picture's outermost pixels. The pen is darker or lighter than
 * that, whichever differs more in sum. Transparent pixels are paper.
 * @throws FormatError if nothing is drawn; `label` names the picture.
 */
export function inkOf(picture: Picture, label: string): Ink {
  const { width, height } = picture;
  // White ink on a transparent background is invisible on white paper; then the paper is black.
  for (const paper of [255, 0]) {
    const data = greyOf(picture, paper);
    turnToInk(data, medianOfEdge(data, width, height));
    const most = data.reduce((a, b) => Math.max(a, b), 0);
    if (most < FAINTEST) continue;
    for (let i = 0; i < data.length; i++) if (data[i] < GRAIN * most) data[i] = 0;
    return { width, height, data };
  }
  throw new FormatError(
    `${label}: nothing is drawn on it: no pixel differs from the edge by ${FAINTEST} of 255. ` +
      "Use a picture of one digit, dark on light or light on dark.",
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

/** Turns grey values into ink in place: a picture can have many pixels. */
function turnToInk(grey: Float64Array, paper: number): void {
  const difference = grey.reduce((sum, value) => sum + (value - paper), 0);
  for (let i = 0; i < grey.length; i++) grey[i] = Math.max(0, difference < 0 ? paper - grey[i] : grey[i] - paper);
}
