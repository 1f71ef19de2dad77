import { Generator } from "../../../core/random/generator.ts";

/** One pass over a dataset: its order, and the seed of that order (null if rows are not shuffled). */
export interface Pass {
  readonly order: Int32Array;
  readonly samplerSeed: bigint | null;
}

/**
 * The row orders of a `DataLoader` without a `generator` argument, as in the article. It draws from the default generator,
 * which `torch.manual_seed` seeds and which also draws the parameters. The order depends on all draws before it, also by
 * other loaders; pass them the same generator.
 */
export class DefaultLoader {
  /** @param generator Represents torch's default generator. */
  constructor(readonly generator: Generator, readonly rows: number, readonly shuffle: boolean) {}

  /**
   * Starts a pass, as `for batch in loader` and `next(iter(loader))` do. Draws one int64 that is not used (the seed for
   * worker processes) and, when shuffling, another that seeds the generator of this pass's `randperm`.
   */
  pass(): Pass {
    this.generator.randomInt64();
    if (!this.shuffle) return { order: Int32Array.from({ length: this.rows }, (_, i) => i), samplerSeed: null };
    const samplerSeed = this.generator.randomInt64();
    return { order: new Generator(samplerSeed).randperm(this.rows), samplerSeed };
  }
}
