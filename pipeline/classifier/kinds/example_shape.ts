/**
 * The shape of an example of a dataset. It travels with the rows, `[N, D]`, because D does not tell it: 196 values can be
 * 14 × 14 or 7 × 28 pixels, or no picture at all.
 */
import * as z from "zod/mini";
import type { Artifact } from "../../engine/stage/kind.ts";
import { decodeJson } from "../../formats/json.ts";
import { checked } from "../../formats/checked_json.ts";

/**
 * How examples are pictures: their size, whether they are grey or coloured, and whether the colours are three planes,
 * `[3, height, width]`, instead of three values for each pixel.
 */
export type PictureForm = NonNullable<ReturnType<typeof pictureForm>>;

const shapes = z.array(z.int().check(z.positive())).check(z.minLength(1));

/** The shape in the artifact `example_shape`. @throws FormatError if it is none. */
export function readExampleShape(artifact: Pick<Artifact, "bytes">): number[] {
  return checkedShape(decodeJson(artifact.bytes(), "example_shape"), "example_shape");
}

/** A value, checked to be a shape. @throws FormatError, with `label`. */
export function checkedShape(value: unknown, label: string): number[] {
  return checked(shapes, value, label);
}

/**
 * The form of examples of this shape; null if they are no pictures. Pictures are `[height, width]`, with one channel
 * (grey) or three (red, green, blue) before, as in PyTorch, or after. A line of values is none.
 */
export function pictureForm(shape: readonly number[]) {
  const isPlanar = shape.length === 3 && isChannels(shape[0]);
  if (shape.length === 3 && !isPlanar && !isChannels(shape[2])) return null;
  if (shape.length !== 2 && shape.length !== 3) return null;
  const [height, width] = isPlanar ? shape.slice(1) : shape;
  if (height < 2 || width < 2) return null;
  const channels = shape.length === 2 ? 1 : isPlanar ? shape[0] : shape[2];
  return { size: { width, height }, colours: channels === 1 ? "grey" : "rgb", isPlanar } as const;
}

function isChannels(count: number): boolean {
  return count === 1 || count === 3;
}
