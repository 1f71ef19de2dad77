/** Random numbers as torch draws them on a CPU. */
export { DefaultLoader } from "./default_loader.ts";
export { EpochOrder } from "./epoch_order.ts";
export { Generator } from "./generator.ts";
export { linearBiasBound, linearWeightBound } from "./linear_bounds.ts";
