/**
 * Reads the pixels of a drawn chart, so that tests can look at it.
 */
import "../../../pipeline/charts/png/own_fonts_only.ts";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { drawPicture } from "../../../pipeline/charts/png/draw_picture.ts";
import type { Marks } from "../../../pipeline/charts/marks.ts";
import { SCALE } from "../../../pipeline/charts/png/canvas.ts";

/** A colour: red, green, blue, 0 to 255. */
export type Colour = [number, number, number];

/** The smallest rectangle around some pixels; right and bottom are the last ones inside. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A decoded PNG, in the pixels of its layout: of the SCALE by SCALE pixels that each became, the first one. */
export class Picture {
  readonly width: number;
  readonly height: number;

  private constructor(private readonly columns: number, rows: number, private readonly data: Uint8ClampedArray) {
    [this.width, this.height] = [columns / SCALE, rows / SCALE];
  }

  static async decode(png: Uint8Array): Promise<Picture> {
    const image = await loadImage(png);
    const context = createCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    return new Picture(image.width, image.height, context.getImageData(0, 0, image.width, image.height).data);
  }

  colourAt(x: number, y: number): Colour {
    const at = (y * this.columns + x) * SCALE * 4;
    return [this.data[at], this.data[at + 1], this.data[at + 2]];
  }

  /** The places in the box (default: everywhere) whose colour passes. */
  find(passes: (colour: Colour) => boolean, box: Partial<Box> = {}): [number, number][] {
    const { left = 0, top = 0, right = this.width - 1, bottom = this.height - 1 } = box;
    const places: [number, number][] = [];
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) if (passes(this.colourAt(x, y))) places.push([x, y]);
    }
    return places;
  }

  /** How many pixels in the box are not white. */
  ink(box: Partial<Box> = {}): number {
    return this.find((colour) => colour.some((part) => part < 250), box).length;
  }

  /** How many pixels in the outermost `margin` are not white: text that touches the edge is cut. */
  inkAtEdges(margin = 4): number {
    return this.ink({ right: margin - 1 }) + this.ink({ left: this.width - margin }) +
      this.ink({ bottom: margin - 1 }) + this.ink({ top: this.height - margin });
  }
}

/** Draws marks under a short title, as a PNG. */
export function pngOf(marks: Marks, title = "a title"): Promise<Uint8Array<ArrayBuffer>> {
  return drawPicture({ name: "chart", title, about: "", marks });
}

/** Draws marks, and reads the pixels. */
export async function pictureOf(marks: Marks, title?: string): Promise<Picture> {
  return await Picture.decode(await pngOf(marks, title));
}

/** Passes colours equal to a "#RRGGBB". */
export function equalTo(hex: string): (colour: Colour) => boolean {
  const wanted = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return (colour) => colour.every((part, i) => part === wanted[i]);
}

/** The box around places. */
export function boxOf(places: [number, number][]): Box {
  const xs = places.map(([x]) => x);
  const ys = places.map(([, y]) => y);
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return { left: least(xs), top: least(ys), right: most(xs), bottom: most(ys) };
}
