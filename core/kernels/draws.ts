/** The group of kernels that draw random numbers: the masks of dropout. */
import type { AddressOf, Compiled } from "./binding.ts";
import type { F32, I32 } from "./operand.ts";

/** Random numbers of torch's generator. */
export interface DrawKernels {
  /**
   * `out = u < 1 - p ? 1 / float32(1 - p) : 0`, the mask of torch.nn.Dropout for a probability `p` between 0 and 1: `u` is the
   * low 53 bits of two draws, the first of which is the high word, times 2^-53; `1 - p` and the comparison are in float64.
   * @param state `[625]`: the 624 words of a Mersenne Twister and how many of them are drawn, 0 to 624. It moves on.
   */
  dropoutMask(out: F32, state: I32, p: number): void;
}

/** The native functions' parameters. */
export const DRAW_FUNCTIONS = { dropoutMask: ["usize", "usize", "usize", "f64"] } as const;

/** The compiled kernels of the group. */
export function bindDraws(compiled: Compiled, at: AddressOf): DrawKernels {
  return { dropoutMask: (out, state, p) => compiled.dropoutMask(at(out), at(state), out.size, p) };
}
