/** Ctrl-C and SIGTERM: a real process ends soon, leaves nothing half done, and the same command resumes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { digestsIn } from "../results/written_run.ts";
import { serveSlowly } from "./slow_server.ts";
import { commandOf, filesUnder, mustBeDone, outcomeOf, PROJECT, retrace } from "./retrace.ts";

/** Longer than any machine needs to reach the point where it is stopped. Milliseconds. */
const MAX_WAIT = 60_000;
/** The promise is a second; a machine with much to do may take longer to end a process. Milliseconds. */
const MAX_STOP = 5_000;

const unlessWindows = { ignore: Deno.build.os === "windows" };

interface Folders {
  results: string;
  cache: string;
}

function foldersIn(small: SmallDataset, name: string): Folders {
  return { results: small.path(`${name}-results`), cache: small.path(`${name}-cache`) };
}

/** A training with momentum that is long enough to be stopped in it. */
function longExperiment(small: SmallDataset, epochs = 120): string {
  const { pipeline, ...experiment } = small.experiment;
  const optimizer = { name: "sgd", lr: 0.05, momentum: 0.9, nesterov: true, weight_decay: 0.001 };
  const train = { ...pipeline.train, optimizer, epochs };
  return small.write("long.json", { ...experiment, name: "long", pipeline: { ...pipeline, train } });
}

const argsOf = (config: string, { results, cache }: Folders) => ["run", config, "--results", results, "--cache", cache];

/** Starts a command, sends it `signals` as soon as `isThere` says so, given what it has printed, and waits for its end. */
async function stopped(args: string[], signals: Deno.Signal[], isThere: (printed: string) => boolean) {
  const [program, ...rest] = commandOf(args);
  const options = { args: rest, cwd: PROJECT, stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(program, options).spawn();
  let [stdout, isRunning] = ["", true];
  const printed = (async () => {
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) stdout += piece;
  })();
  const stderr = new Response(child.stderr).text();
  const status = child.status.finally(() => isRunning = false);
  const deadline = performance.now() + MAX_WAIT;
  while (!isThere(stdout) && isRunning && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert(isRunning, `the run had ended before it could be stopped: ${isRunning || await stderr}`);
  const started = performance.now();
  for (const signal of signals) child.kill(signal);
  const { code } = await status;
  const milliseconds = performance.now() - started;
  await printed;
  return { code, stdout, stderr: await stderr, milliseconds };
}

function filesIn(folder: string): string[] {
  return Object.keys(filesUnder(folder));
}

function storedEpochs({ cache }: Folders): number {
  try {
    return [...Deno.readDirSync(join(cache, "records", "train", "steps"))].length;
  } catch {
    return 0;
  }
}

function mustBeTidy({ cache, results }: Folders): void {
  assertEquals(filesIn(join(cache, "temporary")), []);
  assertEquals(filesIn(join(cache, "scratch")), []);
  const halfDone = filesIn(results).filter((name) =>
    !/^\.[^/]*\.(lock|unfinished\.json)$/.test(name) && name.startsWith(".")
  );
  assertEquals(halfDone, []);
}

Deno.test({
  name: "run ends at a signal in training, leaves nothing half done, and resumes after the last complete epoch",
  ...unlessWindows,
  async fn(t) {
    using small = makeSmallDataset();
    const config = longExperiment(small);
    const straight = foldersIn(small, "straight");
    mustBeDone(await retrace(...argsOf(config, straight), "--quiet"));
    for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      await t.step(`with ${exitCode} at ${signal}`, async () => {
        const cut = foldersIn(small, signal);
        const outcome = await stopped(argsOf(config, cut), [signal], () => storedEpochs(cut) > 3);
        assertEquals(outcome.code, exitCode, outcome.stderr);
        assertEquals(
          outcome.stderr,
          `Stopped by ${signal}. Everything finished is stored; run the same command again to continue.\n`,
        );
        assert(outcome.milliseconds < MAX_STOP, `${outcome.milliseconds} ms`);
        mustBeTidy(cut);
        // Nothing but the record that it was stopped, which goes when it is finished.
        assertEquals(filesIn(cut.results), [".long.unfinished.json"]);
        const record = JSON.parse(Deno.readTextFileSync(join(cut.results, ".long.unfinished.json")));
        assertEquals([record.status, record.reason], ["stopped", `Stopped by ${signal}.`]);
        const stored = storedEpochs(cut);
        mustBeDone(await retrace(...argsOf(config, cut), "--quiet"));
        const { stages } = JSON.parse(Deno.readTextFileSync(join(cut.results, "long", "run.json")));
        assertEquals([stages[4].action, stages[4].first_step], ["continue", stored]);
        assertEquals(filesIn(cut.results).filter((name) => name.endsWith(".unfinished.json")), []);
        assertEquals(digestsIn(join(cut.results, "long")), digestsIn(join(straight.results, "long")));
      });
    }
  },
});

Deno.test({
  name: "run --jobs ends at SIGINT with all its workers, lists the unfinished runs, and resumes",
  ...unlessWindows,
  async fn() {
    using small = makeSmallDataset();
    const folders = foldersIn(small, "jobs");
    const args = [...argsOf(longExperiment(small), folders), "--seeds", "0..2", "--jobs", "2"];
    const outcome = await stopped(args, ["SIGINT"], () => storedEpochs(folders) > 8);
    assertEquals(outcome.code, 130, outcome.stderr);
    assertStringIncludes(outcome.stderr, "Stopped by SIGINT.");
    assertStringIncludes(outcome.stderr, "Not finished: long, long@seed=1, long@seed=2.\n");
    assertEquals(outcome.stderr.split("\n").length, 3, "no word of an error");
    assert(outcome.milliseconds < MAX_STOP, `${outcome.milliseconds} ms`);
    mustBeTidy(folders);
    mustBeDone(await retrace(...args, "--quiet"));
    const { stages } = JSON.parse(Deno.readTextFileSync(join(folders.results, "long", "run.json")));
    assertEquals(stages[4].action, "continue");
  },
});

Deno.test({
  name: "run ends at SIGINT while it waits for another process, which continues",
  ...unlessWindows,
  async fn() {
    using small = makeSmallDataset();
    const folders = foldersIn(small, "shared");
    const config = longExperiment(small, 9_000);
    let isDone = false;
    const first = stopped(argsOf(config, folders), ["SIGTERM"], () => isDone);
    while (storedEpochs(folders) < 4) await new Promise((resolve) => setTimeout(resolve, 2));
    const waited = await stopped(argsOf(config, folders), ["SIGINT"], (printed) => printed.includes("wait"));
    isDone = true;
    assertEquals(waited.code, 130, waited.stderr);
    const owner = /train +wait +long is computing it: process (\d+) on \S+, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/;
    const match = owner.exec(waited.stdout);
    assert(match !== null, waited.stdout);
    assertEquals((await first).code, 143);
  },
});

Deno.test({
  name: "run ends at SIGINT in a download, keeps what has arrived, and resumes it",
  ...unlessWindows,
  async fn() {
    using small = makeSmallDataset();
    await using server = serveSlowly(small.data);
    const folders = foldersIn(small, "web");
    const { pipeline, ...experiment } = small.experiment;
    const source = { from: "https", url: server.url };
    const download = { ...pipeline.download, source };
    const config = small.write("web.json", { ...experiment, name: "web", pipeline: { ...pipeline, download } });
    const scratch = join(folders.cache, "scratch");
    const isArriving = () =>
      filesIn(scratch).some((name) => name.endsWith(".part") && Deno.statSync(join(scratch, name)).size > 0);
    const outcome = await stopped(argsOf(config, folders), ["SIGINT"], isArriving);
    assertEquals(outcome.code, 130, outcome.stderr);
    assert(outcome.milliseconds < MAX_STOP, `${outcome.milliseconds} ms`);
    const parts = filesIn(join(folders.cache, "scratch")).filter((name) => name.endsWith(".part"));
    assertEquals(parts.length, 1);
    server.hurry();
    mustBeDone(await retrace(...argsOf(config, folders), "--quiet"));
    assert(server.ranges.length > 0, "the second run asked for the rest only");
    mustBeTidy(folders);
  },
});

Deno.test({
  name: "run ends at once at a second SIGINT, and the next run resumes",
  ...unlessWindows,
  async fn() {
    using small = makeSmallDataset();
    const config = longExperiment(small);
    const folders = foldersIn(small, "twice");
    const { code, stderr } = await stopped(
      argsOf(config, folders),
      ["SIGINT", "SIGINT"],
      () => storedEpochs(folders) > 3,
    );
    assertEquals(code, 130, stderr);
    mustBeDone(await retrace(...argsOf(config, folders), "--quiet"));
  },
});

Deno.test({
  name: "reproduce ends at SIGINT and removes its cache",
  ...unlessWindows,
  async fn() {
    using small = makeSmallDataset();
    const config = longExperiment(small, 9_000);
    const cache = small.path("cache");
    const args = ["reproduce", "--update", config, "--expected", small.path("expected.json"), "--cache", cache];
    const isThere = () => storedEpochs({ cache: join(cache, "reproduce"), results: "" }) > 3;
    const { code, stderr } = await stopped(args, ["SIGINT"], isThere);
    assertEquals(code, 130, stderr);
    assertEquals(filesIn(cache).filter((name) => name.startsWith("reproduce/")), []);
  },
});

Deno.test({
  name: "run in a terminal clears its bar at Ctrl-C, keeps its message, and leaves a clean line",
  ignore: Deno.build.os === "windows" ||
    (await outcomeOf(["python3", "-c", "import pty"]).catch(() => null))?.code !== 0,
  async fn() {
    using small = makeSmallDataset();
    const config = longExperiment(small, 9_000);
    const folders = foldersIn(small, "terminal");
    // The terminal's own Ctrl-C: the byte 3, written to it as soon as a bar is seen.
    const script = [
      "import os, pty, sys",
      "pid, fd = pty.fork()",
      "if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])",
      "seen = b''",
      "sent = False",
      "while True:",
      "    try: piece = os.read(fd, 4096)",
      "    except OSError: break",
      "    if not piece: break",
      "    seen += piece",
      "    if not sent and b'epoch 5' in seen: sent = os.write(fd, b'\\x03') == 1",
      "sys.stdout.buffer.write(seen)",
      "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))",
    ].join("\n");
    const { code, stdout } = await outcomeOf(["python3", "-c", script, ...commandOf(argsOf(config, folders))], {});
    assertEquals(code, 130, stdout);
    // The last thing that is drawn is the message: after it, nothing is erased, and no bar is left.
    const message = "Stopped by SIGINT. Everything finished is stored; run the same command again to continue.";
    const end = stdout.slice(stdout.lastIndexOf("\x1b[J"));
    assertEquals(end, `\x1b[J${message}\r\n`);
    // deno-lint-ignore no-control-regex -- control sequences start with the escape character.
    assert(!/\x1b\[\?(25l|7l)/.test(stdout), "the cursor is never hidden, and lines wrap");
  },
});

Deno.test({
  name: "run ends within a second at SIGINT in a step that takes longer",
  ...unlessWindows,
  async fn() {
    using small = makeSmallDataset({ train: 8192 });
    const { pipeline, ...experiment } = small.experiment;
    const model = ["linear(784,2048)", "relu", "linear(2048,2048)", "relu", "linear(2048,10)", "softmax"];
    const [train, batch] = [{ ...pipeline.train, model, epochs: 1 }, { size: 8192 }];
    const config = small.write("wide.json", { ...experiment, name: "wide", pipeline: { ...pipeline, batch, train } });
    const folders = foldersIn(small, "wide");
    const isTraining = () => storedEpochs(folders) > 0;
    const { code, stderr, milliseconds } = await stopped(argsOf(config, folders), ["SIGINT"], isTraining);
    assertEquals(code, 130, stderr);
    assertStringIncludes(stderr, "Stopped by SIGINT.");
    assert(milliseconds < MAX_STOP, `${milliseconds} ms`);
  },
});

Deno.test({
  name: "workers end when their front is killed, and the next run resumes",
  ...unlessWindows,
  async fn() {
    using small = makeSmallDataset();
    const folders = foldersIn(small, "orphan");
    const args = argsOf(longExperiment(small, 9_000), folders);
    const { code } = await stopped(
      [...args, "--seeds", "0,1", "--jobs", "2"],
      ["SIGKILL"],
      () => storedEpochs(folders) > 8,
    );
    assertEquals(code, 137);
    // A worker holds a lock for as long as it lives.
    const leases = () => [...Deno.readDirSync(join(folders.cache, "leases"))].map(({ name }) => name);
    const isHeld = (name: string) => {
      using file = Deno.openSync(join(folders.cache, "leases", name), { write: true });
      return !file.tryLockSync(true);
    };
    const deadline = performance.now() + MAX_WAIT;
    while (leases().some(isHeld)) {
      assert(performance.now() < deadline, "the workers have not ended");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    mustBeDone(await retrace(...argsOf(longExperiment(small, 3), folders), "--quiet"));
  },
});
