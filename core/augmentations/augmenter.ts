/** Applies augmentations to the batches of a training. */
import { Generator } from "../random/mod.ts";
import type { AugmentationDefinition, ImageForm } from "./augmentation.ts";

/** An augmentation and its params. */
export interface ChosenAugmentation {
  readonly definition: AugmentationDefinition;
  readonly params: unknown;
}

/** Changes images in the order in which they are trained on. Its random numbers are its own, the same for any other choice. */
export class Augmenter {
  #generator: Generator;
  /** The epoch that the generator draws next. */
  #next = 1;
  readonly #draws: number;
  /** An image before and after a change. */
  #images: [Float32Array, Float32Array];

  /** @param rows The images of an epoch. */
  constructor(
    readonly chosen: readonly ChosenAugmentation[],
    readonly form: ImageForm,
    readonly rows: number,
    readonly seed: number,
  ) {
    this.#generator = new Generator(seed);
    this.#draws = chosen.reduce((sum, { definition }) => sum + definition.draws, 0);
    const size = form.width * form.height * form.channels;
    this.#images = [new Float32Array(size), new Float32Array(size)];
  }

  /** Begins an epoch, from 1: any one, as each takes as many numbers. */
  begin(epoch: number): void {
    if (epoch < this.#next) [this.#generator, this.#next] = [new Generator(this.seed), 1];
    this.#generator.skip((epoch - this.#next) * this.rows * this.#draws);
    this.#next = epoch + 1;
  }

  /** Changes the next images of the epoch, in place. */
  change(batch: Float32Array): void {
    const { form } = this;
    const size = this.#images[0].length;
    const random = new Float32Array(this.#draws);
    for (let start = 0; start < batch.length; start += size) {
      const image = batch.subarray(start, start + size);
      this.#generator.rand(random);
      let [before, after] = this.#images;
      before.set(image);
      let drawn = 0;
      for (const { definition, params } of this.chosen) {
        const own = random.subarray(drawn, drawn += definition.draws);
        definition.change(after, before, { form, params, random: own });
        [before, after] = [after, before];
      }
      image.set(before);
    }
  }
}
