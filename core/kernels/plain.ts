/** All kernels in plain TypeScript: slow, readable, and the reference for the WebAssembly ones. */
import type { GatherKernels, Kernels, OptimizerKernels } from "./kernels.ts";
import { plainElementwise } from "./plain_elementwise.ts";
import { plainLoss } from "./plain_loss.ts";
import { float32, type Precision } from "./plain_math.ts";
import { plainMatrix } from "./plain_matrix.ts";

/** Makes the plain kernels for a precision. Formulas and orders of summation are the same for all. */
export function makePlain(precision: Precision): Kernels {
  return {
    ...plainMatrix(precision),
    ...plainElementwise(precision),
    ...plainLoss(precision),
    ...plainOptimizer(precision),
    ...plainGather,
  };
}

function plainOptimizer({ round }: Precision): OptimizerKernels {
  return {
    sgdStep(p, g, velocity, { lr, momentum, dampening, weight_decay, nesterov }, isFirst) {
      const [rate, mu, keep, decay] = [round(lr), round(momentum), round(1 - dampening), round(weight_decay)];
      const [parameter, gradient, v] = [p.data, g.data, velocity?.data];
      for (let i = 0; i < parameter.length; i++) {
        let d = gradient[i];
        if (decay !== 0) d = round(d + round(decay * parameter[i]));
        if (v !== undefined) {
          v[i] = isFirst ? d : round(round(mu * v[i]) + round(keep * d));
          d = nesterov ? round(d + round(mu * v[i])) : v[i];
        }
        parameter[i] -= round(rate * d);
      }
    },
  };
}

const plainGather: GatherKernels = {
  gatherTable(out, rows, index, offset, table) {
    const columns = out.size / out.shape[0];
    for (let i = 0; i < out.shape[0]; i++) {
      const start = index.data[offset + i] * columns;
      for (let c = 0; c < columns; c++) out.data[i * columns + c] = table.data[rows.data[start + c]];
    }
  },
  gatherRows(out, rows, index, offset) {
    const columns = out.size / out.shape[0];
    for (let i = 0; i < out.shape[0]; i++) {
      const start = index.data[offset + i] * columns;
      out.data.set(rows.data.subarray(start, start + columns), i * columns);
    }
  },
  gatherLabels(out, labels, index, offset) {
    for (let i = 0; i < out.size; i++) out.data[i] = labels.data[index.data[offset + i]];
  },
};

/** The plain kernels in float32: the same bits as `wasm`, except for the payload of a NaN. */
export const plain: Kernels = makePlain(float32);
