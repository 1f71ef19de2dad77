/**
 * Prints how closely Retrace's numbers agree with PyTorch's. The figures are recomputed by the functions that the tests
 * use. `deno task evidence --help`
 */
import { runMain } from "../bench/command.ts";
import { wasm as kernels } from "../core/kernels/wasm.ts";
import { type Align, tableText } from "../pipeline/cli/terminal.ts";
import { OPS } from "./core/all_ops.ts";
import { goldenTensors } from "./core/golden.ts";
import { CASES as MODEL_CASES, MODELS, ORDERS, stepsOf } from "./core/golden_steps.ts";
import { worstErrorOf } from "./core/gradient_check.ts";
import { CASES } from "./core/kernels/compare.ts";
import { asGolden, goldenSeeds } from "./core/random/golden.ts";
import { FAMILY_NAMES, vectorsOf } from "./core/random/vectors.ts";
import {
  deviationsOf,
  EXPERIMENTS,
  FACTOR,
  GOLDEN_RUNS,
  STABLE,
  trainAndValidate,
  variantSpread,
} from "./pipeline/classifier/curves.ts";

const SEEDS = [1, 2, 3];

function section(title: string, rows: string[][]): void {
  const align = rows[0].map((_, column): Align => (column === 0 ? "left" : "right"));
  console.log(`\n${title}\n\n${tableText(rows, align)}`);
}

function small(value: number): string {
  return value === 0 ? "0" : value.toExponential(1);
}

/** Random draws: how many vectors and values, and how many of them are torch's to the last bit. */
function randomDraws(): string[][] {
  const rows = FAMILY_NAMES.map((family) => {
    let [vectors, values, equal] = [0, 0, 0];
    for (const [seed, golden] of goldenSeeds()) {
      for (const [path, drawn] of Object.entries(vectorsOf(family, seed))) {
        const expected = golden[path];
        const found = Array.isArray(expected) && typeof drawn !== "string" ? [...drawn] : asGolden(drawn);
        vectors++;
        values += typeof drawn === "string" ? 1 : drawn.length;
        if (JSON.stringify(found) === JSON.stringify(expected)) equal++;
      }
    }
    return [family, String(vectors), String(values), equal === vectors ? "all exact" : `${equal} exact`];
  });
  return [["family (seeds 0, 42, 2023)", "vectors", "values", "bit for bit"], ...rows];
}

/** The first 20 steps of the five models. */
function steps(): string[][] {
  const tensors = goldenTensors("models_seed0.safetensors");
  const rows = MODEL_CASES.flatMap((one) =>
    ORDERS.map((order) => {
      const [expected, found] = [MODELS[one.kind], stepsOf(one, order)];
      const golden = order === "fixed" ? expected : expected.shuffled;
      const names = Object.keys(expected.init);
      const exact = names.every((name, i) => {
        const { data } = tensors.get(`init.${one.tensors}.${name}`)!;
        return data.every((value, at) => value === found.init[i][at]);
      });
      const calm = golden.loss_rtol.filter((rtol) => rtol <= 1e-2).length;
      const losses = found.loss.slice(0, calm).map((loss, i) => Math.abs(loss / golden.loss[i] - 1));
      const counts = golden.n_clamped_before_step.slice(0, calm).every((count, i) => count === found.clamped[i]);
      const parameters = order === "shuffled" || calm < 20 ? [] : names.map((name, i) => {
        const { sample, sample_idx, absmax } = expected.params_after_20[name];
        return Math.max(...sample.map((value, j) => Math.abs(value - found.parameters[i][sample_idx[j]]))) / absmax;
      });
      return [
        `${one.kind}, ${order}`,
        exact ? "exact" : "differs",
        `${calm}`,
        small(Math.max(...losses)),
        counts ? "equal" : "differ",
        parameters.length === 0 ? "–" : small(Math.max(...parameters)),
        `${found.testCorrect} (${golden.test_correct_after_20})`,
      ];
    })
  );
  const head = ["model", "init", "calm steps", "loss, rel.", "clamped", "parameters", "right after 20 (torch)"];
  return [head, ...rows];
}

/** Whole trainings: relative deviation of the training loss at some epochs, and what is allowed there. */
async function curves(): Promise<string[][]> {
  const epochs = [1, 5, 10, 20, 40];
  const rows: string[][] = [];
  for (const kind of STABLE) {
    const runs = GOLDEN_RUNS.filter((run) => run.kind === kind);
    for (const run of runs) {
      const { curve } = await trainAndValidate(EXPERIMENTS[kind], run.seed, run.epochs);
      const { loss } = deviationsOf(curve, run);
      const final = `${curve.test_correct.at(-1)} (${run.test_correct.at(-1)})`;
      rows.push([`${kind}, seed ${run.seed}`, ...epochs.map((e) => e > run.epochs ? "–" : small(loss[e - 1])), final]);
    }
    const { loss } = variantSpread(kind);
    const allowed = epochs.map((e) => e > loss.length ? "–" : small(FACTOR * loss[e - 1]));
    rows.push([`  allowed: ${FACTOR} x torch's own variants`, ...allowed, ""]);
  }
  return [["training loss, relative", ...epochs.map((e) => `epoch ${e}`), "right at the end (torch)"], ...rows];
}

/** The gradient check in float64 along random directions. */
function gradients(): string[][] {
  const rows = OPS.map((op) => [op.name, String(op.cases.length * SEEDS.length), small(worstErrorOf(op, SEEDS))]);
  return [["op", "cases", "worst relative error"], ...rows];
}

const PROGRAM = {
  name: "evidence",
  about: "Print how closely Retrace's numbers agree with PyTorch's",
  options: {},
  details: "Recomputes random draws, first steps, whole trainings and gradients, and prints one table for each.",
};

await runMain(PROGRAM, async () => {
  section("Random draws", randomDraws());
  section("The first 20 steps of the article's models", steps());
  section("Whole trainings", await curves());
  section("Gradients against differences in float64", gradients());
  console.log(
    `\nKernels against their plain twins: ${Object.keys(kernels).length} kernels, ${CASES} random cases each ` +
      "(deno task test tests/core/kernels)",
  );
  return 0;
});
