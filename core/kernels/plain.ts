/** All kernels as plain TypeScript: slow, readable, and the measure for the WebAssembly ones. */
import type { Kernels } from "./kernels.ts";
import { plainElementwise } from "./plain_elementwise.ts";
import { plainGather } from "./plain_gather.ts";
import { plainLoss } from "./plain_loss.ts";
import { float32, type Precision } from "./plain_math.ts";
import { plainMatrix } from "./plain_matrix.ts";
import { plainOptimizer } from "./plain_sgd.ts";

/** The plain kernels in some precision: same formulas, same order of every sum. */
export function makePlain(precision: Precision): Kernels {
  return {
    ...plainMatrix(precision),
    ...plainElementwise(precision),
    ...plainLoss(precision),
    ...plainOptimizer(precision),
    ...plainGather,
  };
}

/** The plain twins. Same bits as `kernels` of mod.ts, the payload of a NaN aside. */
export const plain: Kernels = makePlain(float32);
