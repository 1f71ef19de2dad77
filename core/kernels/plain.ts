/** All kernels in plain TypeScript: slow, readable, and the definition of every result. */
import type { F32, GatherKernels, I32, Kernels, OptimizerKernels, U8 } from "./kernels.ts";
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

function plainOptimizer({ round, fma }: Precision): OptimizerKernels {
  return {
    sgdStep(p, g, velocity, { lr, momentum, dampening, weight_decay, nesterov }, isFirst) {
      const [rate, mu, keep, decay] = [round(lr), round(momentum), round(1 - dampening), round(weight_decay)];
      const [parameter, gradient, v] = [p.data, g.data, velocity?.data];
      for (let i = 0; i < parameter.length; i++) {
        let d = gradient[i];
        if (decay !== 0) d = fma(parameter[i], decay, d);
        if (v !== undefined) {
          v[i] = isFirst ? d : fma(d, keep, round(mu * v[i]));
          d = nesterov ? fma(v[i], mu, d) : v[i];
        }
        parameter[i] = fma(d, -rate, parameter[i]);
      }
    },
  };
}

const plainGather: GatherKernels = {
  gatherTable: (out, rows, index, offset, table) => gather(out, rows, index, offset, (value) => table.data[value]),
  gatherRows: (out, rows, index, offset) => gather(out, rows, index, offset, (value) => value),
  gatherLabels: (out, labels, index, offset) => gather(out, labels, index, offset, (value) => value),
};

function gather(out: F32 | U8, rows: F32 | U8, index: I32, offset: number, f: (x: number) => number): void {
  const columns = out.size / out.shape[0];
  for (let i = 0; i < out.size; i++) {
    const row = index.data[offset + Math.floor(i / columns)];
    out.data[i] = f(rows.data[row * columns + i % columns]);
  }
}

/** The plain kernels in float32: the same bits as `wasm`, except for the payload of a NaN. */
export const plain: Kernels = makePlain(float32);
