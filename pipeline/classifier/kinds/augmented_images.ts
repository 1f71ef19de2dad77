/** What the augmentations of a training need to know of its images. */
import type { ChosenAugmentation } from "../../../core/augmentations/augmenter.ts";
import type { ImageForm } from "../../../core/augmentations/augmentation.ts";
import { ShapeError } from "../../../core/errors.ts";
import { type Library, named } from "../../define/library.ts";
import { pictureForm } from "./example_shape.ts";

/** The param `train.augment`. */
export type Augment = readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];

/** The augmentations that an experiment names. */
export function chosenAugmentations(augment: Augment, library: Pick<Library, "augmentations">): ChosenAugmentation[] {
  return augment.map((params) => ({ definition: named(library.augmentations, params.name), params }));
}

/** The form of examples of this shape. @throws ShapeError if they are no pictures. */
export function imageForm(shape: readonly number[], background: number): ImageForm {
  const form = pictureForm(shape);
  if (form === null) {
    throw new ShapeError(
      `train.augment changes pictures of at least 2 × 2 pixels, [height, width] with one or three channels before or ` +
        `after, but an example has the shape [${shape.join(", ")}]. Leave it out.`,
    );
  }
  const { size: { width, height }, colours, isPlanar } = form;
  const channels = colours === "grey" ? 1 : 3;
  const steps = isPlanar || channels === 1
    ? { x: 1, y: width, channel: width * height }
    : { x: channels, y: channels * width, channel: 1 };
  return { width, height, channels, steps, background };
}
