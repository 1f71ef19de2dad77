/** Random numbers as PyTorch draws them on a CPU. */
export { EpochOrder } from "./epoch_order.ts";
export { Generator } from "./generator.ts";
