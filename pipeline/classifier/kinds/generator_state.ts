/** The state of the generator that layers draw from, as a tensor of a checkpoint. Those are float32 and have no integers. */
import { FormatError } from "../../../core/errors.ts";
import { STATE_SHAPE } from "../../../core/layers/layer_draws.ts";

/** Its name in a checkpoint. */
const NAME = "generator";
const [SIZE] = STATE_SHAPE;
const WORDS = SIZE - 1;
const HALF = 1 << 16;

/** Halves of numbers of 32 bits, the high one first, `[625, 2]`: from `state`, if there is one, or to be filled in. */
export function generatorHalves(state?: Int32Array) {
  const data = new Float32Array(2 * SIZE);
  state?.forEach((word, i) => data.set([word >>> 16, word & (HALF - 1)], 2 * i));
  return { name: NAME, value: { shape: [SIZE, 2], size: data.length, data } };
}

/** The state that these halves are of. @throws FormatError if it is none: kernels read words by its last number. */
export function stateOfHalves({ value: { data } }: ReturnType<typeof generatorHalves>): Int32Array {
  const wrong = data.findIndex((half) => !(Number.isInteger(half) && half >= 0 && half < HALF));
  if (wrong >= 0) {
    throw new FormatError(`checkpoint: expected integers below ${HALF} as ${NAME}, but found ${data[wrong]}.`);
  }
  const state = Int32Array.from({ length: SIZE }, (_, i) => data[2 * i] << 16 | data[2 * i + 1]);
  if (state[WORDS] >= 0 && state[WORDS] <= WORDS) return state;
  throw new FormatError(`checkpoint: expected 0 to ${WORDS} drawn words of ${NAME}, but found ${state[WORDS]}.`);
}
