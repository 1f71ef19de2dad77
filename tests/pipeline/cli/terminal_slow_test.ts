/** What is printed when the output is a terminal. Python has the pseudo-terminal that Deno has not. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { commandOf, outcomeOf, PROJECT } from "./retrace.ts";

const IN_TERMINAL = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";
// deno-lint-ignore no-control-regex -- colour codes start with the escape character.
const COLOUR = /\x1b\[\d+m/;

async function hasPseudoTerminal(): Promise<boolean> {
  try {
    return (await outcomeOf(["python3", "-c", "import pty"])).code === 0;
  } catch {
    return false;
  }
}

/** Runs the small experiment in a terminal; gives all that appears in it. */
async function seenInTerminal(small: SmallDataset, env: Record<string, string>, ...args: string[]): Promise<string> {
  const run = commandOf(["run", small.config, "--results", small.path("r"), "--cache", small.path("c"), ...args]);
  const { code, stdout } = await outcomeOf(["python3", "-c", IN_TERMINAL, ...run], env);
  assertEquals(code, 0, stdout);
  return stdout;
}

Deno.test({
  name: "run in a terminal shows a bar with epoch and loss, and colours unless NO_COLOR is set",
  ignore: !await hasPseudoTerminal(),
  async fn(t) {
    using small = makeSmallDataset();

    await t.step("a bar and colours", async () => {
      const seen = await seenInTerminal(small, { NO_COLOR: "" }, "--set", "train.epochs=150");
      assertMatch(seen, /train +█+░+ +\d+ % +epoch \d+ of 150, loss \d\.\d+/);
      assertMatch(seen, /epoch \d+ of 150, loss \d\.\d+ +\d+(\.\d)? m?s left/);
      assertMatch(seen, COLOUR);
    });

    await t.step("a line for each of several runs", async () => {
      const args = ["--seeds", "1,2", "--jobs", "2", "--set", "train.epochs=90"];
      const seen = await seenInTerminal(small, { NO_COLOR: "1" }, ...args);
      const name = (seed: number) => `seed=${seed}  train +[█░]+  \\d+ %  epoch \\d+ of`;
      // One below the other, and the cursor back in the first.
      assertMatch(seen, new RegExp(`${name(1)}[^\n]*\n[^\n]*${name(2)}[^\n]*\x1b\\[1A\r`));
    });

    await t.step("no colours with NO_COLOR", async () => {
      const seen = await seenInTerminal(small, { NO_COLOR: "1" }, "--set", "train.epochs=151");
      assertMatch(seen, /train +more /);
      assert(!COLOUR.test(seen), seen);
    });

    await t.step("nothing with --quiet", async () => {
      assertEquals(await seenInTerminal(small, {}, "--quiet", "--set", "train.epochs=4"), "");
    });
  },
});

Deno.test({
  name: "run in a pipe prints a plain line for each of several runs every few seconds",
  ignore: Deno.build.os === "windows",
  async fn() {
    using small = makeSmallDataset();
    const folders = ["--results", small.path("r"), "--cache", small.path("c")];
    const options = ["--seeds", "1,2", "--jobs", "2", "--set", "train.epochs=9000"];
    const [program, ...args] = commandOf(["run", small.config, ...folders, ...options]);
    const child = new Deno.Command(program, { args, cwd: PROJECT, stdin: "null", stdout: "null", stderr: "piped" })
      .spawn();
    const line = (seed: number) =>
      new RegExp(
        `^small@seed=${seed},train\\.epochs=9000: train  \\d+ %  epoch \\d+ of 9000, loss \\d\\.\\d+  .+ left$`,
        "m",
      );
    let [printed, isStopped] = ["", false];
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      printed += text;
      if (isStopped || ![1, 2].every((seed) => line(seed).test(printed))) continue;
      child.kill("SIGINT");
      isStopped = true;
    }
    assertEquals((await child.status).code, 130, printed);
    // deno-lint-ignore no-control-regex -- control sequences start with the escape character.
    assert(!/[\r\x1b]/.test(printed), "no control sequences in a pipe");
  },
});
