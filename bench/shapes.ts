/**
 * GFLOP/s of the three matrix products over the shapes that models and batches make, each with its share of the
 * peak of products and sums. A shape far below its neighbours is a cliff: it is marked, and the exit code is 1.
 * `deno task bench:shapes`
 */
import type { Kernels } from "../core/kernels/kernels.ts";
import { scoped, type Tensor } from "../core/tensor/tensor.ts";
import { isCliff } from "./cliffs.ts";
import { chosen, runMain } from "./command.ts";
import { backendOf, kernels } from "./computing.ts";
import { filled } from "./filled.ts";
import { describeMachine, describeMoment } from "./machine.ts";
import { repeatedShort } from "./measure.ts";
import { strictSimdPeak } from "./peak.ts";
import { measuredPeak, peakProgram } from "./peers/compiler.ts";
import { levelOf } from "./peers/level.ts";
import { withWorkspace } from "./workspace.ts";

const PROGRAM = {
  name: "bench:shapes",
  about: "Measure the GFLOP/s of matrix products, and their share of the strict-SIMD peak",
  args: "[PRODUCT…]",
  terms: { PRODUCT: "forward, weight or input; by default all" },
  options: { kernels },
  details:
    '"!" marks a shape that is below half of what its neighbours (more and fewer rows, a wider and a narrower layer) ' +
    "lead to expect, also when it is measured again. Takes about a minute.",
  exitCodes: { 0: "there is no such shape", 1: "there is one" },
};

const BATCHES = [1, 2, 3, 7, 16, 33, 64, 128, 256, 1024, 4096];
/** Series of layers, inputs and outputs, in increasing size. */
const FAMILIES: [inputs: number, outputs: number][][] = [
  [[784, 1], [784, 10], [784, 30], [784, 31], [784, 33], [784, 64], [784, 128], [784, 256], [784, 1024]],
  [[1, 64], [7, 64], [30, 64], [128, 64], [255, 64], [257, 64], [1000, 64], [1024, 64], [4096, 64]],
  [[7, 3], [30, 10], [128, 128], [1024, 1024]],
];
/** Seconds of a round: long enough for the clock, and short enough that some are not interrupted on a busy machine. */
const ENOUGH = 0.003;
const ROUNDS = 7;
/** How often an apparent cliff is measured again. */
const RETRIES = 3;

/** The products of a layer of these tensors: forward, and the gradients of its weight and its input. */
interface Product {
  name: string;
  about: string;
  run(kernels: Kernels, x: Tensor, weight: Tensor, z: Tensor, dWeight: Tensor, dx: Tensor): void;
}

const PRODUCTS: readonly Product[] = [
  { name: "forward", about: "nt", run: (kernels, x, weight, z) => kernels.gemmNt(z, x, weight, null, false) },
  {
    name: "weight",
    about: "tn, gradient of the weight",
    run: (kernels, x, _w, z, dw) => kernels.gemmTn(dw, z, x, false),
  },
  {
    name: "input",
    about: "nn, gradient of the input",
    run: (kernels, _x, w, z, _dw, dx) => kernels.gemmNn(dx, z, w, false),
  },
];

async function main(args: readonly string[], wanted: string | undefined): Promise<number> {
  const products = chosen("product", PRODUCTS, args);
  const { name, backend } = await backendOf(wanted);
  const peak = await peakOf(name);
  const ofPeak = peak === null ? "" : ` Peak of products and sums: ${peak.toFixed(1)} GFLOP/s.`;
  console.log(`${name}; ${describeMoment()}; ${describeMachine()}.${ofPeak}`);
  let cliffs = 0;
  for (const product of products) cliffs += sweep(backend.kernels, product, peak);
  console.log(`\n${cliffs === 0 ? "No cliff" : `Cliffs: ${cliffs}`}.`);
  return cliffs === 0 ? 0 : 1;
}

/** The peak of products and sums with the vectors of these kernels; null without a compiler to measure it. */
async function peakOf(name: string): Promise<number | null> {
  if (!name.startsWith("native")) return strictSimdPeak();
  const level = levelOf(name.slice("native ".length)) ?? levelOf(undefined)!;
  return await withWorkspace((folder) => {
    const program = peakProgram(folder, level);
    return program === null ? null : measuredPeak(program);
  });
}

/** Prints a product's table and returns the number of cliffs in it. */
function sweep(kernels: Kernels, product: Product, peak: number | null): number {
  console.log(`\n${product.name} (${product.about}): GFLOP/s and share of the peak, by rows of the batch`);
  console.log("layer".padEnd(14) + BATCHES.map((batch) => String(batch).padStart(10)).join(""));
  let cliffs = 0;
  for (const family of FAMILIES) {
    const speeds = family.map((layer) => BATCHES.map((batch) => speedOf(kernels, product, layer, batch)));
    const again = (row: number, column: number) => speedOf(kernels, product, family[row], BATCHES[column]);
    const marks = confirmedCliffs(speeds, again);
    cliffs += marks.flat().filter((mark) => mark).length;
    family.forEach(([inputs, outputs], row) => {
      const cells = speeds[row].map((speed, column) => cellText(speed, peak, marks[row][column]));
      console.log(`${inputs} → ${outputs}`.padEnd(14) + cells.join(""));
    });
  }
  return cliffs;
}

/** Marks the cliffs along rows and columns. An apparent one is measured `again`: the machine may have been busy. */
function confirmedCliffs(speeds: number[][], again: (row: number, column: number) => number): boolean[][] {
  const looksSo = (row: number, column: number) =>
    isCliff(speeds[row], column) || isCliff(speeds.map((line) => line[column]), row);
  return speeds.map((line, row) =>
    line.map((_, column) => {
      for (let retry = 0; retry < RETRIES && looksSo(row, column); retry++) {
        line[column] = Math.max(line[column], again(row, column));
      }
      return looksSo(row, column);
    })
  );
}

function cellText(speed: number, peak: number | null, isMarked: boolean): string {
  const share = peak === null ? "" : `${Math.round(100 * speed / peak)}%`;
  return `${isMarked ? "!" : ""}${speed.toFixed(1)} ${share.padStart(3)}`.padStart(10);
}

/** The best of several rounds, in GFLOP/s: other work of the machine can only slow a round. */
function speedOf(kernels: Kernels, product: Product, [inputs, outputs]: [number, number], batch: number): number {
  return scoped(() => {
    const [x, weight, z] = [filled(batch, inputs), filled(outputs, inputs), filled(batch, outputs)];
    const [dWeight, dx] = [filled(outputs, inputs), filled(batch, inputs)];
    const { min } = repeatedShort(() => product.run(kernels, x, weight, z, dWeight, dx), {
      runs: ROUNDS,
      enough: ENOUGH,
    });
    return 2 * batch * inputs * outputs / min / 1e9;
  });
}

await runMain(PROGRAM, ({ args, options }) => main(args, options.kernels));
