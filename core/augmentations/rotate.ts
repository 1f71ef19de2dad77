import { z } from "zod";
import { sineCosine } from "../random/sine_cosine.ts";
import { defineAugmentation, type ImageForm } from "./augmentation.ts";

/** Turns the image about its centre by up to `degrees`, either way; pixels are interpolated between their four neighbours. */
export const rotate = defineAugmentation<{ degrees: number }>({
  name: "rotate",
  about: "Turns an image about its centre, either way.",
  source: import.meta.url,
  params: { degrees: z.number().positive().max(180).describe("The largest angle.") },
  draws: 1,
  change(to, from, { form, params: { degrees }, random }) {
    const angle = (2 * random[0] - 1) * degrees * (Math.PI / 180);
    const [sine, cosine] = sineCosine(Math.abs(angle));
    turn(to, from, form, angle < 0 ? -sine : sine, cosine);
  },
});

function turn(to: Float32Array, from: Float32Array, form: ImageForm, sine: number, cosine: number): void {
  const { width, height, channels, steps } = form;
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sourceX = cosine * (x - middleX) - sine * (y - middleY) + middleX;
      const sourceY = sine * (x - middleX) + cosine * (y - middleY) + middleY;
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      const right = sourceX - left;
      const bottom = sourceY - top;
      const isInside = left >= 0 && left + 1 < width && top >= 0 && top + 1 < height;
      const first = top * steps.y + left * steps.x;
      for (let c = 0, offset = 0; c < channels; c++, offset += steps.channel) {
        const at = first + offset;
        const above = (isInside ? from[at] : pixel(from, form, left, top, offset)) * (1 - right) +
          (isInside ? from[at + steps.x] : pixel(from, form, left + 1, top, offset)) * right;
        const below = (isInside ? from[at + steps.y] : pixel(from, form, left, top + 1, offset)) * (1 - right) +
          (isInside ? from[at + steps.x + steps.y] : pixel(from, form, left + 1, top + 1, offset)) * right;
        to[y * steps.y + x * steps.x + offset] = above * (1 - bottom) + below * bottom;
      }
    }
  }
}

/** A number of the image, or the background if it is not in it. */
function pixel(from: Float32Array, form: ImageForm, x: number, y: number, offset: number): number {
  const isInside = x >= 0 && x < form.width && y >= 0 && y < form.height;
  return isInside ? from[offset + y * form.steps.y + x * form.steps.x] : form.background;
}
