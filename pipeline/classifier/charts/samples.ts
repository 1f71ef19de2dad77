import type { ImageItem } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { decodeNpy, decodeNpyOf } from "../../formats/npy.ts";
import { numberText } from "../../text/numbers.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";
import { classText, namesOf } from "../kinds/dataset_names.ts";

/** The article shows six digits of the first batch; twelve fill the picture. */
const SAMPLES = 12;

/** The first images of the first batch. */
export const samples = defineChart({
  name: "samples",
  picture: "png",
  title: "Samples of the first batch",
  about: "The first images of epoch 1, in the order of training.",
  source: import.meta.url,
  from: ["first_order", "train_images", "train_labels", "example_shape"],
  when: hasPictures,
  draw(run) {
    const order = decodeNpyOf(run.artifact("first_order").bytes(), "first_order", "i4", [null]).data.slice(0, SAMPLES);
    const { row: pixelsOf, ...form } = imagesOf(run, "train_images", order);
    const { data: labels, shape: [, targets = 1] } = decodeNpy(run.artifact("train_labels").bytes(), "train_labels");
    const names = namesOf(run);
    const before = names.classes.length > 0 ? "" : "Ground truth: ";
    const textOf = (row: number) =>
      labels instanceof Uint8Array
        ? classText(names, labels[row])
        : Array.from((labels as Float32Array).slice(row * targets, (row + 1) * targets), (target) =>
          numberText(Number(target))).join(
            ", ",
          );
    const items = Array.from(order, (row): ImageItem => ({
      pixels: pixelsOf(row),
      caption: [[`${before}${textOf(row)}`, "plain"]],
    }));
    return { kind: "images", ...form, items };
  },
});
