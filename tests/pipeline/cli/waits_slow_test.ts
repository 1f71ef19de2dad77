/** A run and cache commands that have to wait say for whom, and Ctrl-C ends the wait. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeSmallDataset } from "../../small_dataset.ts";
import { commandOf, PROJECT } from "./retrace.ts";

/** Longer than any machine needs to begin to wait. Milliseconds. */
const MAX_WAIT = 60_000;
/** The promise is a second; a machine with much to do may take longer to end a process. Milliseconds. */
const MAX_STOP = 5_000;

/** Starts a command, stops it as soon as it has printed that it waits, and returns all that it printed. */
async function stoppedWaiting(args: string[]): Promise<{ code: number; printed: string }> {
  const [program, ...rest] = commandOf(args);
  const options = { args: rest, cwd: PROJECT, stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(program, options).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), MAX_WAIT);
  let printed = "";
  let asked: number | null = null;
  await Promise.all([child.stdout, child.stderr].map(async (stream) => {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      printed += piece;
      if (asked !== null || !/wait/i.test(printed)) continue;
      asked = performance.now();
      child.kill("SIGINT");
    }
  }));
  const { code } = await child.status;
  clearTimeout(timer);
  assert(asked !== null && performance.now() - asked < MAX_STOP, printed);
  return { code, printed };
}

Deno.test({
  name: "run and cache gc say whom they wait for, and Ctrl-C ends the wait",
  ignore: Deno.build.os === "windows",
  async fn() {
    using small = makeSmallDataset();
    const [cache, results] = [small.path("cache"), small.path("results")];
    Deno.mkdirSync(`${cache}/locks`, { recursive: true });
    using gate = Deno.openSync(`${cache}/locks/store.lock`, { create: true, write: true });
    gate.lockSync(true);
    const owner = { pid: 4711, host: "elsewhere", since: "2026-01-02T03:04:05.000Z", by: "cache gc" };
    gate.writeSync(new TextEncoder().encode(JSON.stringify(owner)));
    const holder = "process 4711 on elsewhere, since 2026-01-02 03:04:05 UTC";
    const run = await stoppedWaiting(["run", small.config, "--cache", cache, "--results", results]);
    assertStringIncludes(run.printed, `cache gc is cleaning it up: ${holder}`);
    assertEquals(run.code, 130);
    const gc = await stoppedWaiting(["cache", "gc", "--unused", "--cache", cache, "--results", results]);
    assertStringIncludes(gc.printed, `Waiting: cache gc is using the cache: ${holder}.`);
  },
});
