/**
 * Trains the experiments of tests/golden/torch_runs.json in PyTorch, and writes what it comes to after every epoch to
 * tests/golden/torch_digests.json. The head of torch_reference.py says which PyTorch that is.
 *
 *     deno run -A tests/reference/torch_digests.ts
 */
import { fileURLToPath } from "node:url";
import { type EpochDigests, TORCH_RUNS } from "../pipeline/classifier/torch_runs.ts";
import type { Experiment } from "../../pipeline/define/experiment.ts";

const SCRIPT = fileURLToPath(new URL("torch_reference.py", import.meta.url));
const OUT = new URL("../golden/torch_digests.json", import.meta.url);

/** Trains in PyTorch. @throws Error with the script's message. */
async function trainInTorch(experiment: Experiment): Promise<EpochDigests> {
  const [command, file] = [new Deno.Command(SCRIPT, { args: ["-"], stdin: "piped", stdout: "piped" }), experiment];
  const child = command.spawn();
  const written = new Response(JSON.stringify(file)).body!.pipeTo(child.stdin);
  const { success, stdout } = await child.output();
  await written;
  if (!success) throw new Error(`${SCRIPT} failed.`);
  const epochs = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  const valuesOf = (name: string) => epochs.map((epoch) => epoch[name]);
  return { weights: valuesOf("weights"), train_loss: valuesOf("train_loss"), correct: valuesOf("correct") };
}

const lines: string[] = [];
for (const { name, experiment } of TORCH_RUNS) {
  const digests = await trainInTorch(experiment);
  console.log(`${name}: ${digests.correct.at(-1)} right`);
  lines.push(`${JSON.stringify(name)}: ${JSON.stringify(digests)}`);
}
Deno.writeTextFileSync(OUT, `{\n${lines.join(",\n")}\n}\n`);
