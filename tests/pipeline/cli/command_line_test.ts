/** Reading what was typed: options and arguments by their declarations, and messages for everything else. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Syntax } from "../../../pipeline/cli/command.ts";
import { readCommandLine } from "../../../pipeline/cli/command_line.ts";
import { flag, oneOf, optional, repeatable, wholeNumber, withDefault } from "../../../pipeline/cli/option.ts";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";

const RUN = {
  name: "run",
  args: "CONFIG…",
  example: "experiments/two-layer.json",
  options: {
    results: withDefault("DIR", "where results go", "results"),
    seeds: optional("LIST", "seeds"),
    jobs: withDefault("N", "runs at a time", "1", wholeNumber(1, 1024)),
    format: optional("FORMAT", "form", oneOf("csv", "md")),
    set: repeatable("PATH=VALUE", "change a value"),
    json: flag("print JSON"),
    dryRun: flag("show what would run"),
  },
} as const;

/** The message of the UsageError that rejects a command line. */
function refusal(words: readonly string[], syntax: Syntax = RUN): string {
  return assertThrows(() => readCommandLine(words, syntax), UsageError).message;
}

Deno.test("readCommandLine() reads values, lists, switches, defaults and arguments", () => {
  const words = ["a.json", "--set", "x=1", "--json", "--results=out", "--set=y=2", "--jobs", "3", "b.json"];
  assertEquals(readCommandLine(words, RUN), {
    args: ["a.json", "b.json"],
    options: {
      ...{ results: "out", seeds: undefined, jobs: 3, format: undefined },
      ...{ set: ["x=1", "y=2"], json: true, dryRun: false },
    },
  });
  assertEquals(readCommandLine(["a.json"], RUN)?.options, {
    ...{ results: "results", seeds: undefined, jobs: 1, format: undefined, set: [], json: false, dryRun: false },
  });
});

Deno.test("readCommandLine() keeps numbers as they are typed, and the last of several values", () => {
  const line = readCommandLine(["007", "--seeds", "1", "--seeds", "1e3"], RUN);
  assertEquals([line?.args, line?.options.seeds], [["007"], "1e3"]);
});

Deno.test("readCommandLine() returns null for --help and -h, whatever else is typed", () => {
  for (const words of [["--help"], ["-h"], ["--jobs", "none", "-h"]]) assertEquals(readCommandLine(words, RUN), null);
});

Deno.test("readCommandLine() rejects an unknown option and suggests the most similar one", () => {
  const cases = [["--jsno", "--json"], ["--dryrun", "--dry-run"], ["--result=x", "--results"], ["--sets", "--set"]];
  for (const [typed, meant] of cases) {
    assertStringIncludes(refusal([typed]), `run has no option ${typed.split("=")[0]}. Did you mean ${meant}?`);
    assertStringIncludes(refusal([typed]), "See deno task run --help.");
  }
  assert(!refusal(["--verbose"]).includes("Did you mean"));
});

Deno.test("readCommandLine() rejects missing and invalid values", () => {
  for (
    const words of [["--results"], ["--set"], ["--results", "--json"], ["--set", "x=1", "--set"], ["--results="], [
      "--set=",
    ]]
  ) {
    assertStringIncludes(refusal(words), "takes a value");
  }
  for (const word of ["--json=", "--json=yes", "--json=false", "--help="]) {
    const name = word.split("=")[0];
    assertStringIncludes(refusal([word]), `${name} takes no value, but was given ${word}.`);
  }
  for (const value of ["0", "-1", "1.5", "two", "1025"]) {
    const message = `--jobs takes a number from 1 to 1024, but was given ${JSON.stringify(value)}.`;
    assertStringIncludes(refusal(["a", `--jobs=${value}`]), message);
  }
  assertStringIncludes(refusal(["a", "--format=xml"]), '--format takes one of csv, md, but was given "xml".');
});

Deno.test("readCommandLine() rejects too few and too many arguments, and shows an example", () => {
  assertEquals(
    refusal([]),
    "run takes CONFIG…, but was given no arguments. For example: deno task run experiments/two-layer.json. " +
      "See deno task run --help.",
  );
  const syntax = (args?: string) => ({ name: "explain", args, options: {} });
  const taken: Record<string, number[]> = { "A": [1], "A [B]": [1, 2], "A B…": [2, 3, 9], "[A…]": [0, 1, 9] };
  for (const [args, counts] of Object.entries(taken)) {
    for (let count = 0; count < 10; count++) {
      const words = Array(count).fill("x");
      const isTaken = counts.includes(count) || (args.includes("…") && count >= counts[0]);
      if (isTaken) assertEquals(readCommandLine(words, syntax(args))?.args, words);
      else assertStringIncludes(refusal(words, syntax(args)), `explain takes ${args}, but was given`);
    }
  }
  assertStringIncludes(refusal(["x"], syntax()), "explain takes options only, but was given x.");
});
