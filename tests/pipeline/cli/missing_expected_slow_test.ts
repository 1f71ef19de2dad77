/** experiments/expected.json is missing or damaged: only commands that need it say so, and in a sentence. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { copyProject } from "../../project_copy.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { commandOf, mustBeDone, type Outcome, outcomeOf } from "./retrace.ts";

/** What writes another program, or half of it. */
const DAMAGED = ["", "{", '{"experiments": {"two-layer": 1}}', "<<<<<<< HEAD\n{}\n"];

/** A copy of the project with the small experiment, and its file of expected digests. */
function projectOf(small: SmallDataset) {
  const project = small.path("project");
  copyProject(project);
  const expected = join(project, "experiments/expected.json");
  const run = (...args: string[]): Promise<Outcome> => outcomeOf(commandOf(args), {}, project);
  return { expected, run };
}

Deno.test("run does its work whether there are expected digests or not", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  const { expected, run } = projectOf(small);
  const shipped = Deno.readTextFileSync(expected);
  Deno.removeSync(expected);
  const first = await run("run", small.config);
  mustBeDone(first);
  assertMatch(first.stdout, /results\/small\/ {2}written/);
  // Until the command is known: its files must have come of age.
  const receipts = small.path("project/.retrace/receipts");
  const kept = () => [...Deno.readDirSync(receipts)].filter(({ name }) => Deno.statSync(join(receipts, name)).size > 0);
  for (const started = Date.now(); Date.now() - started < 60_000;) {
    mustBeDone(await run("run", small.config));
    if (kept().length === 2) break;
  }
  assertEquals(kept().length, 2);
  for (const text of [DAMAGED[1], shipped]) {
    Deno.writeTextFileSync(expected, text);
    const again = await run("run", small.config);
    mustBeDone(again);
    // What is said about PyTorch may be something else now.
    assertMatch(again.stdout, /results\/small\/ {2}written/, text.slice(0, 40));
  }
});

Deno.test("reproduce says what is wrong with the expected digests, and --update writes them if there are none", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  const { expected, run } = projectOf(small);
  const calls = [[], [small.config], ["two-layer"], ["--update", small.config]];
  for (const [i, text] of DAMAGED.entries()) {
    Deno.writeTextFileSync(expected, text);
    for (const args of i === 0 ? calls : [calls[i]]) {
      const { code, stdout, stderr } = await run("reproduce", ...args);
      assertEquals([code, stdout], [2, ""]);
      assertMatch(
        stderr,
        /^error: experiments\/expected.json does not hold expected digests[^]*Restore it, or remove it/,
      );
      assertEquals(stderr.split("\n    at ").length, 1, stderr);
    }
  }
  Deno.removeSync(expected);
  const none = await run("reproduce");
  assertEquals([none.code, none.stdout], [2, ""]);
  assertMatch(none.stderr, /^error: There are no expected digests in experiments\/expected.json\..*--update.*\n$/);
  mustBeDone(await run("reproduce", "--update", small.config));
  const same = await run("reproduce", small.config);
  mustBeDone(same);
  assertStringIncludes(same.stdout, "same");
});
