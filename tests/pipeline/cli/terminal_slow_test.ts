/** What is printed when the output is a terminal. Python has the pseudo-terminal that Deno has not. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { commandOf, outcomeOf } from "./retrace.ts";

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
      const seen = await seenInTerminal(small, { NO_COLOR: "" });
      assertMatch(seen, /train +█+░+ 50% +epoch 1\/2 loss \d\.\d+/);
      assertMatch(seen, /train +█+ 100% +epoch 2\/2 loss \d\.\d+/);
      assertMatch(seen, /download +█+ 100% +\S+ k?B of \S+ k?B/);
      assertMatch(seen, COLOUR);
    });

    await t.step("no colours with NO_COLOR", async () => {
      const seen = await seenInTerminal(small, { NO_COLOR: "1" }, "--set", "train.epochs=3");
      assertMatch(seen, /train +more /);
      assert(!COLOUR.test(seen), seen);
    });

    await t.step("nothing with --quiet", async () => {
      assertEquals(await seenInTerminal(small, {}, "--quiet", "--set", "train.epochs=4"), "");
    });
  },
});
