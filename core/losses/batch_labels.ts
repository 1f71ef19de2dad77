/** Memory for labels; apart from the contract of losses, which experiments are checked with before memory is needed. */
import type { Backend } from "../tensor/backend.ts";
import { tensor } from "../tensor/tensor.ts";
import { type Labels, type LossDefinition, takesTargets } from "./loss.ts";

/** Memory for the labels of a batch of `rows` rows, which the loss compares with `outputs` outputs of a model. */
export function labelsFor(loss: LossDefinition, backend: Backend, rows: number, outputs: number): Labels {
  return takesTargets(loss) ? backend.tensor([rows, outputs]) : tensor([rows], "uint8");
}
