/** The threads of native kernels end with their process, however that ends. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { commandOf, PROJECT } from "./retrace.ts";

/** More than Deno has of its own. */
const THREADS = 64;
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

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** What the system says of a process or thread, by field; null if there is none any more, or it has only to be reaped. */
function statusOf(path: string): Record<string, string> | null {
  try {
    const lines = Deno.readTextFileSync(join("/proc", path, "status")).trimEnd().split("\n");
    const status = Object.fromEntries(lines.map((line) => line.split(/:\s+/, 2)));
    return status.State.startsWith("Z") ? null : status;
  } catch {
    return null;
  }
}

function childOf(pid: number): number | null {
  const found = namesIn("/proc").find((name) => /^\d+$/.test(name) && statusOf(name)?.PPid === String(pid));
  return found === undefined ? null : Number(found);
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
  await until(() => namesIn(small.path("cache/records/train/steps")).length > 2, "the training has not begun");
  const worker = childOf(front.pid);
  assert(worker !== null);
  assert(namesIn(`/proc/${worker}/task`).length > THREADS);
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
      assertEquals([statusOf(`${worker}`), namesIn(`/proc/${worker}/task`)], [null, []]);
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
    await until(() => statusOf(`${worker}`) === null, "the worker has not ended");
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
    assertStringIncludes(new TextDecoder().decode(stderr), "The process that does the work ended unexpectedly");
    assertEquals(statusOf(`${worker}`), null);
  },
});
