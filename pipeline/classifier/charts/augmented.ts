import { Augmenter } from "../../../core/augmentations/augmenter.ts";
import type { ImageItem } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { decodeNpyOf } from "../../formats/npy.ts";
import { type Augment, chosenAugmentations, imageForm } from "../kinds/augmented_images.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";

/** Images that are shown twice. */
const SAMPLES = 6;

/** The first images of the first batch before and after augmentation. */
export const augmented = defineChart({
  name: "augmented",
  picture: "png",
  title: "Augmented images",
  about: "The first images of epoch 1, each as it is in the dataset and as it is trained on.",
  source: import.meta.url,
  from: ["first_order", "train_images", "example_shape", "batches"],
  when: (run) => run.experiment.pipeline.train?.augment !== undefined && hasPictures(run),
  draw(run) {
    const { augment, augment_seed, seed } = run.experiment.pipeline.train as Record<string, unknown>;
    const order = decodeNpyOf(run.artifact("first_order").bytes(), "first_order", "i4", [null]).data.slice(0, SAMPLES);
    const { row, ...picture } = imagesOf(run, "train_images", order);
    const channels = picture.colours === "grey" ? 1 : 3;
    // Pixel by pixel, with black around.
    const form = imageForm([picture.size.height, picture.size.width, channels], 0);
    const chosen = chosenAugmentations(augment as Augment, run.library);
    const augmenter = new Augmenter(chosen, form, order.length, Number(augment_seed ?? seed));
    augmenter.begin(1);
    const items = Array.from(order).flatMap((number): ImageItem[] => {
      const pixels = row(number);
      const changed = Float32Array.from(pixels);
      augmenter.change(changed);
      return [{ pixels, caption: [["in the dataset", "plain"]] }, {
        pixels: changed,
        caption: [["trained on", "muted"]],
      }];
    });
    return { kind: "images", ...picture, items };
  },
});
