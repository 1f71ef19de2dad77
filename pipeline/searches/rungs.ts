/** Rungs: epochs at which trials are compared, as successive halving has them (Jamieson and Talwalkar, 2016). */
import { z } from "zod";
import type { Bracket } from "../define/search.ts";
import { ConfigError } from "../engine/run_errors.ts";

/** More trials are a typo. */
export const MAX_TRIALS = 100_000;

/** The fields of searches that draw. */
export const DRAWING_PARAMS = {
  trials: z.int().positive().max(MAX_TRIALS).describe(
    "The number of trials in all. A larger number adds trials to those that there are.",
  ),
  seed: z.int().nonnegative().default(0).describe("The seed of what is drawn."),
};

/** The fields of searches with rungs. */
export const RUNG_PARAMS = {
  min_epochs: z.int().positive().default(1).describe("The epochs after which trials are compared first."),
  eta: z.int().min(2).default(3).describe("Of this many trials one goes on, for this many times the epochs."),
};

/** The params of searches with rungs. */
export interface RungParams {
  min_epochs: number;
  eta: number;
}

/** min, min · eta, min · eta², … below `epochs`, and `epochs`. @throws ConfigError if that is less than the first. */
export function rungEpochs({ min_epochs, eta }: RungParams, epochs: number): number[] {
  if (min_epochs > epochs) {
    throw new ConfigError(
      `sweep.min_epochs is ${min_epochs}, but a trial is trained for ${epochs} epochs in all. Choose at most ${epochs}.`,
    );
  }
  const rungs: number[] = [];
  for (let at = min_epochs; at < epochs; at *= eta) rungs.push(at);
  return [...rungs, epochs];
}

/** The bracket of these trials: of those that enter a rung, 1 / eta go on, but at least one. The last one is trained to the end. */
export function bracketOf(trials: readonly number[], epochs: readonly number[], eta: number): Bracket {
  let left = trials.length;
  const rungs = epochs.flatMap((at, i) => {
    const entered = left;
    left = i === epochs.length - 1 ? 0 : Math.max(1, Math.floor(left / eta));
    return left === entered ? [] : [{ epochs: at, keeps: left }];
  });
  return { trials, rungs };
}
