import { z } from "zod";
import { defineAugmentation, type ImageForm } from "./augmentation.ts";

/** Moves the image by whole pixels, up to `pixels` in each direction. What comes in is background. */
export const shift = defineAugmentation<{ pixels: number }>({
  name: "shift",
  about: "Moves an image by whole pixels, across and down, by up to so many each.",
  source: import.meta.url,
  params: { pixels: z.int().positive().describe("The most pixels, in each of the four directions.") },
  draws: 2,
  change(to, from, { form, params: { pixels }, random }) {
    const [across, down] = [random[0], random[1]].map((u) => Math.floor(u * (2 * pixels + 1)) - pixels);
    shiftBy(to, from, form, across, down);
  },
});

function shiftBy(to: Float32Array, from: Float32Array, form: ImageForm, across: number, down: number): void {
  const { width, height, channels, steps, background } = form;
  to.fill(background);
  const [firstX, endX] = [Math.max(0, across), Math.min(width, width + across)];
  const [firstY, endY] = [Math.max(0, down), Math.min(height, height + down)];
  const back = across * steps.x + down * steps.y;
  for (let c = 0; c < channels; c++) {
    for (let y = firstY; y < endY; y++) {
      const row = c * steps.channel + y * steps.y;
      for (let x = firstX; x < endX; x++) to[row + x * steps.x] = from[row + x * steps.x - back];
    }
  }
}
