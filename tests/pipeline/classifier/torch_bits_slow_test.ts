/**
 * Whole trainings have PyTorch's bits: after every epoch the same weights, the same training loss to the last digit, and
 * the same number of right test images. tests/reference/torch_digests.ts says which PyTorch, and asks it.
 */
import { assertEquals } from "@std/assert";
import { golden } from "../../core/golden.ts";
import { type EpochDigests, epochsOf, TORCH_RUNS } from "./torch_runs.ts";

const PYTORCH = golden<Record<string, EpochDigests>>("torch_digests.json");

for (const { name, experiment } of TORCH_RUNS) {
  Deno.test(`every epoch of a training has PyTorch's bits: ${name}`, async () => {
    const [expected, found] = [PYTORCH[name], await epochsOf(experiment)];
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
