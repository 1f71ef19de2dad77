/** The contract of augmentations: random changes of training images. One file defines one. */
import { declared, type Written } from "../declared.ts";
import type { ZodRawShape } from "zod";

/** How the numbers of an image lie in memory: how far apart neighbours are in a row, in a column, and among channels. */
export interface ImageForm {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly steps: { readonly x: number; readonly y: number; readonly channel: number };
  /** The number that is around the image: black, as the model is given it. */
  readonly background: number;
}

/** The definition of an augmentation. */
// deno-lint-ignore no-explicit-any -- each definition types its own params, which its fields check.
export interface AugmentationDefinition<P = any> {
  /** Its name in experiments: "shift". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment, besides its name. */
  readonly params: ZodRawShape;
  /** How many random numbers each image takes, whatever becomes of it: so that any epoch can be begun with. */
  readonly draws: number;
  /**
   * Fills `to` with the changed image, from its numbers in `from` and random ones in [0, 1). It must not change `from`, nor
   * allocate: it runs for every image. Of the functions of Math, `+ - * /`, `sqrt` and `floor` have the same bits anywhere.
   */
  change(
    to: Float32Array,
    from: Float32Array,
    given: { readonly form: ImageForm; readonly params: P; readonly random: Float32Array },
  ): void;
}

/** Declares an augmentation. */
export function defineAugmentation<P>(augmentation: Written<AugmentationDefinition<P>>): AugmentationDefinition<P> {
  return declared("augmentations", augmentation);
}
