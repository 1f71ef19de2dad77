/** The first images of the first batch, as they are and as they are trained on. */
import { Augmenter } from "../../../core/augmentations/augmenter.ts";
import type { ImageItem } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import type { FinishedRun } from "../../define/figure.ts";
import { decodeNpy, decodeNpyOf } from "../../formats/npy.ts";
import { numberText } from "../../text/numbers.ts";
import { type Augment, chosenAugmentations, imageForm } from "../kinds/augmented_images.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";
import { classText, namesOf } from "../kinds/dataset_names.ts";

/** The article shows six digits of the first batch; twelve fill the picture. */
const SAMPLES = 12;

/** The first images of the first batch. */
export const samples = defineChart({
  name: "samples",
  title: "Samples of the first batch",
  about: "The first images of epoch 1, in the order of training.",
  source: import.meta.url,
  from: ["first_order", "train_images", "train_labels", "example_shape"],
  when: hasPictures,
  draw(run) {
    const { order, row: pixelsOf, ...form } = firstImages(run, SAMPLES);
    const { data: labels, shape: [, targets = 1] } = decodeNpy(run.artifact("train_labels").bytes(), "train_labels");
    const names = namesOf(run);
    const before = names.classes.length > 0 ? "" : "Ground truth: ";
    const textOf = (row: number) => {
      if (labels instanceof Uint8Array) return classText(names, labels[row]);
      const own = (labels as Float32Array).subarray(row * targets, (row + 1) * targets);
      return Array.from(own, (target) => numberText(target)).join(", ");
    };
    const items = Array.from(order, (row): ImageItem => ({
      pixels: pixelsOf(row),
      caption: [[`${before}${textOf(row)}`, "plain"]],
    }));
    return { kind: "images", ...form, items };
  },
});

/** The first images of the first batch before and after augmentation. */
export const augmented = defineChart({
  name: "augmented",
  title: "Augmented images",
  about: "The first images of epoch 1, each as it is in the dataset and as it is trained on.",
  source: import.meta.url,
  from: ["first_order", "train_images", "example_shape", "batches"],
  when: (run) => run.experiment.pipeline.train?.augment !== undefined && hasPictures(run),
  draw(run) {
    const { augment, augment_seed, seed } = run.experiment.pipeline.train as Record<string, unknown>;
    // Each is shown twice.
    const { order, row, ...picture } = firstImages(run, SAMPLES / 2);
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
      return [
        { pixels, caption: [["in the dataset", "plain"]] },
        { pixels: changed, caption: [["trained on", "muted"]] },
      ];
    });
    return { kind: "images", ...picture, items };
  },
});

function firstImages(run: FinishedRun, count: number) {
  const order = decodeNpyOf(run.artifact("first_order").bytes(), "first_order", "i4", [null]).data.slice(0, count);
  return { order, ...imagesOf(run, "train_images", order) };
}
