/**
 * Trains the experiments of tests/golden/torch_runs.json in PyTorch, and writes what it comes to after every epoch to
 * tests/golden/torch_digests.json. The head of torch_reference.py says which PyTorch that is.
 *
 *     deno run -A tests/reference/torch_digests.ts
 */
import { trainInPytorch } from "../../pipeline/cli/live_pytorch.ts";
import { type EpochDigests, TORCH_RUNS } from "../pipeline/classifier/torch_runs.ts";

const OUT = new URL("../golden/torch_digests.json", import.meta.url);

const lines: string[] = [];
for (const { name, experiment } of TORCH_RUNS) {
  const { epochs } = await trainInPytorch(experiment, [], () => {}, new AbortController().signal);
  const digests: EpochDigests = {
    weights: epochs.map(({ weights }) => weights),
    train_loss: epochs.map(({ train_loss }) => train_loss),
    correct: epochs.map(({ correct }) => correct!),
  };
  console.log(`${name}: ${digests.correct.at(-1)} right`);
  lines.push(`${JSON.stringify(name)}: ${JSON.stringify(digests)}`);
}
Deno.writeTextFileSync(OUT, `{\n${lines.join(",\n")}\n}\n`);
