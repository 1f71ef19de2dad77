/** All implementations of the kernels have PyTorch's bits: tests/golden/torch_vectors.json. */
import { assertEquals } from "@std/assert";
import { plain } from "../../../core/kernels/plain.ts";
import { scoped } from "../../../core/tensor/tensor.ts";
import { golden } from "../golden.ts";
import { sha256 } from "../random/golden.ts";
import { bitsOf } from "./compare.ts";
import { COMPILED } from "./implementations.ts";
import { Draws, FAMILIES } from "./torch_vectors.ts";

/** Cases by family: shape, seed of the inputs, and the outputs' digests, shortened to 16 digits. */
const VECTORS = golden<Record<string, [shape: number[], seed: number, digests: string][]>>("torch_vectors.json");
const IMPLEMENTATIONS = { "plain TypeScript": plain, ...COMPILED };

Deno.test("torch_vectors.json has the families of torch_vectors.ts", () => {
  assertEquals(Object.keys(VECTORS), Object.keys(FAMILIES));
});

for (const [name, kernels] of Object.entries(IMPLEMENTATIONS)) {
  for (const [family, cases] of Object.entries(VECTORS)) {
    Deno.test(`${name}: ${family} has PyTorch's bits in ${cases.length} cases`, () => {
      for (const [shape, seed, expected] of cases) {
        const digests = scoped(() => {
          const outputs = FAMILIES[family](kernels, new Draws(seed), ...shape);
          return outputs.map(({ data }) => sha256(bitsOf(data)).slice(0, 16)).join(" ");
        });
        assertEquals(digests, expected, `shape ${shape}, seed ${seed}`);
      }
    });
  }
}
