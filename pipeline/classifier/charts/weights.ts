import { symmetricLimit } from "../../charts/paint.ts";
import type { ImageItem, Images } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { decodeSafetensors } from "../../formats/safetensors.ts";
import { countText } from "../../text/numbers.ts";
import { imageSize } from "../kinds/dataset_images.ts";

/** Maximum number of the first layer's outputs shown. */
const MOST = 48;

const NOTHING: Images = { kind: "images", size: { width: 1, height: 1 }, colours: "grey", items: [] };

/** The weights of the first linear layer, an image for each of its outputs: what each looks for in the pixels. */
export const weights = defineChart({
  name: "weights",
  picture: "png",
  title: "Weights of the first layer",
  about:
    "One weight per pixel. Orange: a bright pixel counts towards the output; blue: against it; white: it makes no " +
    "difference.",
  source: import.meta.url,
  from: "checkpoint",
  draw(run) {
    const { tensors } = decodeSafetensors(run.artifact("checkpoint").bytes(), "checkpoint");
    const matrices = tensors.filter(({ shape }) => shape.length === 2);
    if (matrices.length === 0) return { ...NOTHING, note: "The model has no linear layer." };
    const { name, shape: [outputs, inputs], data } = matrices[0];
    const [one, many] = matrices.length === 1 ? ["class", "classes"] : ["unit", "hidden units"];
    const rows = Array.from({ length: Math.min(outputs, MOST) }, (_, i) => data.subarray(i * inputs, (i + 1) * inputs));
    const which = outputs > MOST ? `The first ${MOST} of ${countText(outputs)}` : `All ${outputs}`;
    return {
      kind: "images",
      note: outputs === 1 ? `The only output (${name}).` : `${which} ${many} (${name}).`,
      size: imageSize(run, inputs),
      colours: { limit: symmetricLimit(rows), label: "weight" },
      items: rows.map((pixels, i): ImageItem => ({ pixels, caption: [[`${one} ${i}`, "plain"]] })),
    };
  },
});
