/** The threads of native kernels end with their process, however that ends. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { commandOf, PROJECT } from "./retrace.ts";

const THREADS = 4;
/** Longer than any machine needs. Milliseconds. */
const MAX_WAIT = 60_000;
/** The promise is a second; a machine with much to do may take longer to end a process. Milliseconds. */
const MAX_STOP = 5_000;

/** A process that trains with many threads. */
interface Training {
  readonly front: Deno.ChildProcess;
  /** The process identifier of its worker. */
  readonly worker: number;
}

/** What a shell prints. Deno reads /proc only where everything is allowed. */
function shell(command: string): string {
  const { stdout } = new Deno.Command("sh", { args: ["-c", command], stderr: "null" }).outputSync();
  return new TextDecoder().decode(stdout);
}

/** The process that another one has started; null if there is none. */
function childOf(pid: number): number | null {
  const found = /\d+/.exec(shell(`grep -lsE '^PPid:[[:space:]]+${pid}$' /proc/[0-9]*/status`));
  return found === null ? null : Number(found[0]);
}

/** Whether a process exists; one that has ended and has not been asked for its exit code does not. */
function isAlive(pid: number): boolean {
  return /^State:\s+[^ZX]/m.test(shell(`cat /proc/${pid}/status`));
}

/** How many threads of kernels a process has. */
function helpersOf(pid: number): number {
  return shell(`cat /proc/${pid}/task/*/comm`).split("\n").filter((name) => name === "retrace-kernels").length;
}

function storedEpochs(small: SmallDataset): number {
  try {
    return [...Deno.readDirSync(small.path("cache/records/train/steps"))].length;
  } catch {
    return 0;
  }
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + MAX_WAIT;
  while (!isTrue()) {
    assert(performance.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Starts a training whose products are shared, and waits until it is in the middle of it. */
async function startTraining(small: SmallDataset): Promise<Training> {
  const folders = ["--results", small.path("results"), "--cache", small.path("cache")];
  const [program, ...args] = commandOf(["run", small.config, "--threads", `${THREADS}`, ...folders]);
  const options = { args, cwd: PROJECT, stdin: "null", stdout: "null", stderr: "piped" } as const;
  const front = new Deno.Command(program, options).spawn();
  await until(() => storedEpochs(small) > 2, "the training has not begun");
  const worker = childOf(front.pid);
  assert(worker !== null);
  assert(isAlive(worker));
  assertEquals(helpersOf(worker), THREADS - 1);
  return { front, worker };
}

const wide = () =>
  makeSmallDataset({ train: 1024, epochs: 9_000, model: ["linear(784,256)", "relu", "linear(256,10)", "softmax"] });

for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test({
    name: `run with ${THREADS} threads ends with ${exitCode} at ${signal}, and leaves no thread`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      using small = wide();
      const { front, worker } = await startTraining(small);
      const started = performance.now();
      front.kill(signal);
      const { code, stderr } = await front.output();
      const milliseconds = performance.now() - started;
      assertEquals(code, exitCode);
      assertStringIncludes(new TextDecoder().decode(stderr), `Stopped by ${signal}.`);
      assert(milliseconds < MAX_STOP, `${milliseconds} ms`);
      assert(!isAlive(worker));
      assertEquals(helpersOf(worker), 0);
    },
  });
}

Deno.test({
  name: `a worker with ${THREADS} threads ends when its front is killed, and leaves no thread`,
  ignore: Deno.build.os !== "linux",
  async fn() {
    using small = wide();
    const { front, worker } = await startTraining(small);
    front.kill("SIGKILL");
    await front.stderr.cancel();
    assertEquals((await front.status).signal, "SIGKILL");
    const started = performance.now();
    await until(() => !isAlive(worker), "the worker has not ended");
    assert(performance.now() - started < MAX_STOP, `${performance.now() - started} ms`);
  },
});

Deno.test({
  name: "a worker that is killed while its threads compute ends at once, and its front says so",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using small = wide();
    const { front, worker } = await startTraining(small);
    Deno.kill(worker, "SIGKILL");
    const { code, stderr } = await front.output();
    assertEquals(code, 1);
    assertStringIncludes(new TextDecoder().decode(stderr), "small: Its worker ended unexpectedly (exit code 137).");
    assert(!isAlive(worker));
  },
});
