/** All kernels as plain TypeScript: slow, readable, and the measure for the WebAssembly ones. */
import type { Kernels } from "./kernels.ts";
import { plainElementwise } from "./plain_elementwise.ts";
import { plainGather } from "./plain_gather.ts";
import { plainLoss } from "./plain_loss.ts";
import { plainMatrix } from "./plain_matrix.ts";
import { plainOptimizer } from "./plain_sgd.ts";

/** The plain twins. Same bits as `kernels` of mod.ts, the payload of a NaN aside. */
export const plain: Kernels = {
  ...plainMatrix,
  ...plainElementwise,
  ...plainLoss,
  ...plainOptimizer,
  ...plainGather,
};
