import type { ImageItem } from "../../charts/marks.ts";
import { symmetricLimit } from "../../charts/paint.ts";
import { defineChart } from "../../define/chart.ts";
import { countText } from "../../text/numbers.ts";
import { firstWeights, startsWithKernels } from "../kinds/first_weights.ts";

/** Maximum number of kernels shown. */
const MOST = 48;

/** The kernels of the first convolution: what each of its channels looks for at every place of an image. */
export const kernels = defineChart({
  name: "kernels",
  picture: "png",
  title: "Kernels of the first convolution",
  about: "What each channel of the layer looks for at every place of an image.",
  source: import.meta.url,
  from: ["checkpoint"],
  when: startsWithKernels,
  draw(run) {
    const { name, shape: [outputs, inputs, height, width], data } = firstWeights(run)!;
    const [size, count] = [height * width, outputs * inputs];
    const shown = Array.from({ length: Math.min(count, MOST) }, (_, i) => data.subarray(i * size, (i + 1) * size));
    const titleOf = (i: number) => `channel ${Math.floor(i / inputs)}${inputs === 1 ? "" : `, input ${i % inputs}`}`;
    const which = count > MOST ? `The first ${MOST} of ${countText(count)}` : count === 1 ? "The only" : `All ${count}`;
    return {
      kind: "images",
      note:
        `${which} ${count === 1 ? "kernel" : "kernels"} of ${height} × ${width} (${name}). Orange: a bright pixel ` +
        "there counts towards the channel; blue: against it; white: it makes no difference.",
      size: { width, height },
      colours: { limit: symmetricLimit(shown), label: "weight" },
      items: shown.map((pixels, i): ImageItem => ({ pixels, caption: [[titleOf(i), "plain"]] })),
    };
  },
});
