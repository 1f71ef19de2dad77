/** PyTorch itself, where it is installed: tests/reference/torch_reference.py trains an experiment there. */
import { join } from "node:path";
import { formatOf } from "../classifier/kinds/chosen_format.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { isOwnCode, OWN_CODE } from "../define/own_code.ts";
import { ConfigError, ProgramError } from "../engine/run_errors.ts";
import { sourcesOf } from "../engine/keys/request.ts";
import { graphOf } from "../experiment/chain.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import { type EpochBits, PYTORCH_VERSION, type PytorchRun } from "../results/pytorch.ts";
import { PYTHON } from "./permissions.ts";
import { linesIn } from "./protocol.ts";

const SCRIPT = join(OWN_CODE.folder, "tests/reference/torch_reference.py");

/** @throws ProgramError, which says what to install, if PyTorch is missing or another one is installed. */
export async function checkPytorch(signal: AbortSignal): Promise<void> {
  for await (const _ of linesOf(["--check"], "", signal));
}

/**
 * Checks that everything an experiment names is Retrace's own, so that the reference script can know it, and that it trains.
 * @throws ConfigError if it has definitions of the user's own, has no stage download or train, files of another format
 * than IDX, augments its images, or begins with the weights of a run.
 */
export function checkComparable(pipeline: Pipeline, { file, experiment, params }: LoadedExperiment): void {
  const graph = graphOf(pipeline, experiment);
  const sources = graph.flatMap((wired) => sourcesOf({ graph, params, library: pipeline }, wired));
  const others = new Set(sources.filter((source) => !isOwnCode(source)));
  if (others.size > 0) {
    throw new ConfigError(
      `${file} uses definitions of your own, which the reference script in PyTorch does not have: ` +
        `${[...others].join(", ")}. --pytorch compares experiments with Retrace's own definitions only.`,
    );
  }
  const missing = ["download", "train"].find((name) => !graph.some(({ stage }) => stage.name === name));
  if (missing !== undefined) {
    throw new ConfigError(`${file} has no stage ${missing}, so there is nothing that PyTorch could train.`);
  }
  const format = formatOf(experiment.pipeline.tensorize ?? {}, pipeline).definition.name;
  if (format !== "idx") {
    throw new ConfigError(
      `${file} has files of the format ${format} (tensorize.format), and the reference script in PyTorch reads IDX files ` +
        "only. To compare, write the same arrays as IDX files.",
    );
  }
  if (experiment.pipeline.train.augment !== undefined) {
    throw new ConfigError(
      `${file} augments its images (train.augment) by random numbers that PyTorch does not draw. Leave it out to compare.`,
    );
  }
  if (typeof experiment.pipeline.train.init === "string") return;
  throw new ConfigError(
    `${file} begins with the weights of a run (train.init.from), which the reference script in PyTorch does not have.`,
  );
}

/**
 * Trains an experiment in PyTorch. `files` are its four IDX files, training images first; `onEpoch` is told when an
 * epoch is done.
 * @throws ProgramError if PyTorch is missing, or the script does not know something in the experiment.
 */
export async function trainInPytorch(
  experiment: unknown,
  files: readonly string[],
  onEpoch: (epoch: number) => void,
  signal: AbortSignal,
): Promise<PytorchRun> {
  const epochs: EpochBits[] = [];
  for await (const line of linesOf(["-", ...files], JSON.stringify(experiment), signal)) {
    const { epoch: _, ...bits } = JSON.parse(line);
    onEpoch(epochs.push(bits) - 1);
  }
  return { version: PYTORCH_VERSION, epochs };
}

/**
 * The lines that the script prints. An empty environment: a library path in it would choose other libraries.
 * @throws ProgramError, with the script's error or with what to install.
 */
async function* linesOf(args: readonly string[], input: string, signal: AbortSignal): AsyncGenerator<string> {
  const script = ["-I", SCRIPT, ...args];
  const streams = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = start(() => new Deno.Command(PYTHON, { args: script, clearEnv: true, signal, ...streams }).spawn());
  const errors = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  // A process that has ended receives nothing; its errors say why.
  await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  yield* linesIn(child.stdout);
  const { success } = await child.status;
  signal.throwIfAborted();
  const text = await errors;
  if (!success) throw new ProgramError(text.trim().replace(/^error: /, "") || `${PYTHON} ended without a message.`);
}

function start(spawn: () => Deno.ChildProcess): Deno.ChildProcess {
  try {
    return spawn();
  } catch (error) {
    const { NotFound, PermissionDenied } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof PermissionDenied)) throw error;
    const what = error instanceof NotFound ? "is not installed" : "is no program that you may start";
    throw new ProgramError(
      `${PYTHON} ${what}, and PyTorch ${PYTORCH_VERSION} needs it. Install both on Debian 12 (or in its container ` +
        "image): apt-get install python3-torch libblas3",
    );
  }
}
