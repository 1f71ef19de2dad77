/**
 * GFLOP/s of the three matrix products over the shapes that models and batches make, each beside the best of its
 * neighbours: a shape far below them is a cliff. `deno task bench:shapes`
 */
import { kernels } from "../core/kernels/mod.ts";
import { scoped, type Tensor, tensor } from "../core/tensor.ts";

/** Rows of the batch, inputs and outputs of a layer. */
type Shape = [batch: number, inputs: number, outputs: number];

const BATCHES = [1, 2, 3, 5, 7, 16, 33, 64, 100, 128, 256, 1024, 4096];
const LAYERS: [number, number][] = [
  [784, 10],
  [784, 30],
  [784, 128],
  [784, 256],
  [256, 128],
  [128, 10],
  [1024, 1024],
  [30, 10],
  [7, 3],
  [785, 31],
];
/** Long enough that the clock's grain does not count. Milliseconds. */
const ENOUGH = 30;

/** The products of a layer: forward, and the gradients of its weight and its input. */
const PRODUCTS: Record<string, (x: Tensor, weight: Tensor, z: Tensor, target: Tensor[]) => void> = {
  "nt, forward": (x, weight, z) => kernels.gemmNt(z, x, weight, null, false),
  "tn, weight": (x, _weight, z, [dWeight]) => kernels.gemmTn(dWeight, z, x, false),
  "nn, input": (_x, weight, z, [, dx]) => kernels.gemmNn(dx, z, weight, false),
};

function filled(...shape: number[]): Tensor {
  const made = tensor(shape);
  for (let i = 0; i < made.size; i++) made.data[i] = (i % 17 - 8.5) / 64;
  return made;
}

/** The best of several rounds, in GFLOP/s: the machine's other work only ever slows a round. */
function speedOf(product: string, [batch, inputs, outputs]: Shape): number {
  return scoped(() => {
    const [x, weight, z] = [filled(batch, inputs), filled(outputs, inputs), filled(batch, outputs)];
    const targets = [filled(outputs, inputs), filled(batch, inputs)];
    const run = () => PRODUCTS[product](x, weight, z, targets);
    let best = 0;
    for (let round = 0; round < 3; round++) {
      const started = performance.now();
      let times = 0;
      for (; performance.now() - started < ENOUGH; times++) run();
      const seconds = (performance.now() - started) / 1000;
      best = Math.max(best, 2 * batch * inputs * outputs * times / seconds / 1e9);
    }
    return best;
  });
}

for (const product of Object.keys(PRODUCTS)) {
  console.log(`\n${product}: GFLOP/s by rows of the batch`);
  console.log("layer".padEnd(14) + BATCHES.map((batch) => String(batch).padStart(7)).join(""));
  for (const [inputs, outputs] of LAYERS) {
    const speeds = BATCHES.map((batch) => speedOf(product, [batch, inputs, outputs]));
    console.log(`${inputs} -> ${outputs}`.padEnd(14) + speeds.map((speed) => speed.toFixed(1).padStart(7)).join(""));
  }
}
