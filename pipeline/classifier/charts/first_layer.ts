/** The first layer's weights as images: of a linear layer, and of a convolution. */
import { type ImageItem, type Images, type Pixels, valuesIn } from "../../charts/marks.ts";
import { symmetricLimit } from "../../charts/paint.ts";
import { defineChart } from "../../define/chart.ts";
import { decodeSafetensors } from "../../formats/safetensors.ts";
import { countText } from "../../text/numbers.ts";
import { byPixel, formOf, hasPictures } from "../kinds/dataset_images.ts";
import { namesOf } from "../kinds/dataset_names.ts";
import { firstWeights, startsWithKernels } from "../kinds/first_weights.ts";

/** Maximum number of outputs or kernels shown. */
const MOST = 48;

/** What the colours say, where weights are one per pixel, and where they are three. */
const KEYS = {
  grey:
    "One weight per pixel. Orange: a bright pixel counts towards the output; blue: against it; white: it makes no " +
    "difference.",
  rgb: "One weight per pixel and colour. Where there is more of a colour than in medium grey, it counts towards the " +
    "output; where there is less, against it.",
};

const NOTHING: Images = { kind: "images", size: { width: 1, height: 1 }, colours: "grey", items: [] };

/** The weights of the first linear layer, an image for each of its outputs: what each looks for in the pixels. */
export const weights = defineChart({
  name: "weights",
  title: "Weights of the first layer",
  about: "What each output of the layer looks for in an image.",
  source: import.meta.url,
  from: ["checkpoint", "example_shape"],
  when: (run) => hasPictures(run) && !startsWithKernels(run),
  draw(run) {
    const { tensors } = decodeSafetensors(run.artifact("checkpoint").bytes(), "checkpoint");
    const matrices = tensors.filter(({ shape }) => shape.length === 2);
    if (matrices.length === 0) return { ...NOTHING, note: "The model has no linear layer." };
    const { name, shape: [outputs, inputs], data } = matrices[0];
    const form = formOf(run)!;
    if (inputs !== valuesIn(form)) return { ...NOTHING, note: `${name} has no weight for each value of an image.` };
    const areClasses = matrices.length === 1;
    const many = areClasses ? "classes" : "hidden units";
    const names = namesOf(run);
    const titleOf = (i: number) => areClasses ? names.classes[i] ?? `class ${i}` : `unit ${i}`;
    const rows = Array.from({ length: Math.min(outputs, MOST) }, (_, i) => data.subarray(i * inputs, (i + 1) * inputs));
    const which = outputs > MOST ? `The first ${MOST} of ${countText(outputs)}` : `All ${outputs}`;
    const limit = symmetricLimit(rows);
    const isGrey = form.colours === "grey";
    const pixelsOf = (row: Float32Array): Pixels => isGrey ? row : aroundGrey(byPixel(row, form), limit);
    return {
      kind: "images",
      note: `${outputs === 1 ? "The only output" : `${which} ${many}`} (${name}). ${KEYS[form.colours]}`,
      size: form.size,
      colours: isGrey ? { limit, label: "weight" } : "rgb",
      items: rows.map((row, i): ImageItem => ({ pixels: pixelsOf(row), caption: [[titleOf(i), "plain"]] })),
    };
  },
});

/** Signed numbers as brightness: −`limit` is black, 0 is grey, `limit` is white. */
function aroundGrey(values: Float32Array, limit: number): Float32Array {
  return values.map((value) => 127.5 + 127.5 * Math.min(1, Math.max(-1, value / limit || 0)));
}

/** The kernels of the first convolution: what each of its channels looks for at every place of an image. */
export const kernels = defineChart({
  name: "kernels",
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
