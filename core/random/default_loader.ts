import { Generator } from "./generator.ts";

/** One pass over a dataset: its order, and the seed that the order was drawn with (null when rows are not shuffled). */
export interface Pass {
  readonly order: Int32Array;
  readonly samplerSeed: bigint | null;
}

/**
 * The row orders of a `DataLoader` that has no generator of its own, as in most tutorials: it draws from the default
 * generator, the one that `torch.manual_seed` seeds and that the parameters come from. So the order depends on all that
 * was drawn before, by other loaders too; give them the same generator.
 */
export class DefaultLoader {
  /** @param generator Stands for torch's default generator. */
  constructor(readonly generator: Generator, readonly rows: number, readonly shuffle: boolean) {}

  /**
   * Begins a pass, as `for batch in loader` and `next(iter(loader))` do. Draws one int64 that nobody uses (the seed for
   * worker processes); when shuffling, another one that seeds the generator of this pass's `randperm`.
   */
  pass(): Pass {
    this.generator.randomInt64();
    if (!this.shuffle) return { order: Int32Array.from({ length: this.rows }, (_, i) => i), samplerSeed: null };
    const samplerSeed = this.generator.randomInt64();
    return { order: new Generator(samplerSeed).randperm(this.rows), samplerSeed };
  }
}
