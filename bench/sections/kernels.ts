/** The matrix products of the MNIST models, alone. */
import type { Kernels } from "../../core/kernels/kernels.ts";
import { scoped } from "../../core/tensor/tensor.ts";
import { filled } from "../filled.ts";
import { repeatedShort, type Spread } from "../measure.ts";
import type { Row, Section } from "./row.ts";

const LAYERS = [[64, 784, 30], [64, 30, 10], [64, 784, 10], [128, 784, 256], [128, 256, 128], [256, 1024, 1024]];
/** Seconds of one run. */
const ENOUGH = 0.02;

export const kernelsSection: Section = {
  name: "kernels",
  about: "the matrix products of the MNIST models, GFLOP/s",
  byDefault: true,
  measure({ runs, backend }) {
    return LAYERS.flatMap((layer) => rowsOf(backend.kernels, layer, runs));
  },
};

function rowsOf(kernels: Kernels, [batch, inputs, outputs]: number[], runs: number): Row[] {
  return scoped(() => {
    const [x, weight, z] = [filled(batch, inputs), filled(outputs, inputs), filled(batch, outputs)];
    const [dWeight, dx] = [filled(outputs, inputs), filled(batch, inputs)];
    const products: [string, () => void][] = [
      ["forward", () => kernels.gemmNt(z, x, weight, null, false)],
      ["gradient of the weight", () => kernels.gemmTn(dWeight, z, x, false)],
      ["gradient of the input", () => kernels.gemmNn(dx, z, weight, false)],
    ];
    return products.map(([name, work]) => ({
      what: `${batch} × ${inputs} → ${outputs}, ${name}`,
      spread: speeds(repeatedShort(work, { runs, enough: ENOUGH }), 2 * batch * inputs * outputs / 1e9),
      unit: "GFLOP/s",
      target: null,
    }));
  });
}

/** Speeds from seconds: the fastest run is the largest speed. */
function speeds({ min, median, max, runs }: Spread, gflop: number): Spread {
  return { min: gflop / max, median: gflop / median, max: gflop / min, runs };
}
