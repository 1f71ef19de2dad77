import { z } from "zod";
import { defineAugmentation } from "./augmentation.ts";

/** Exchanges left and right, with probability p. */
export const flip = defineAugmentation<{ p: number }>({
  name: "flip",
  about: "Exchanges left and right of an image, or not.",
  source: import.meta.url,
  params: { p: z.number().min(0).max(1).default(0.5).describe("The share of the images that are flipped.") },
  draws: 1,
  change(to, from, { form: { width, height, channels, steps }, params: { p }, random }) {
    if (!(random[0] < p)) return to.set(from);
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        const start = c * steps.channel + y * steps.y;
        for (let x = 0; x < width; x++) to[start + x * steps.x] = from[start + (width - 1 - x) * steps.x];
      }
    }
  },
});
