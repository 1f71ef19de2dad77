/**
 * Whole trainings have PyTorch's bits: after every epoch the same weights, the same training loss to the last digit, and
 * the same number of right test images. tests/reference/torch_digests.ts says which PyTorch, and asks it. The kernels take
 * turns: with WebAssembly alone it would take twice as long.
 */
import { assertEquals } from "@std/assert";
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { chooseBackend } from "../../../core/tensor/chosen_backend.ts";
import { golden } from "../../core/golden.ts";
import { COMPILED } from "../../core/kernels/implementations.ts";
import { type EpochDigests, epochsOf, TORCH_RUNS } from "./torch_runs.ts";

const PYTORCH = golden<Record<string, EpochDigests>>("torch_digests.json");

/** WebAssembly, and the widest library in its place three times of four. */
const KINDS = [-1, 0, -1, -1].map((at) => Object.entries(COMPILED).at(at)!);

for (const [i, { name, experiment }] of TORCH_RUNS.entries()) {
  const [kind, kernels] = KINDS[i % KINDS.length];
  Deno.test(`${kind}: every epoch of a training has PyTorch's bits: ${name}`, async () => {
    chooseBackend({ ...wasmBackend, kernels });
    const [expected, found] = [PYTORCH[name], await epochsOf(experiment)];
    chooseBackend(wasmBackend);
    for (let epoch = 0; epoch < expected.weights.length; epoch++) {
      for (const what of ["weights", "train_loss", "correct"] as const) {
        assertEquals(found[what][epoch], expected[what][epoch], `${name}: ${what} after epoch ${epoch}`);
      }
    }
    assertEquals(found.weights.length, expected.weights.length, name);
  });
}

Deno.test("the trainings that are compared with PyTorch are those of torch_runs.json", () => {
  assertEquals(Object.keys(PYTORCH), TORCH_RUNS.map(({ name }) => name));
});
