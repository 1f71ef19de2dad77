import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readOptions } from "../../../pipeline/cli/options.ts";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";

const SPEC = { command: "run", values: ["results", "seeds"], lists: ["set"], switches: ["json", "dry-run"] };

Deno.test("readOptions() tells values, lists, switches and the rest apart", () => {
  const args = ["a.json", "--set", "x=1", "--json", "--results=out", "--set=y=2", "b.json"];
  const { values, lists, switches, rest } = readOptions(args, SPEC);
  assertEquals(values, { results: "out", seeds: undefined });
  assertEquals(lists, { set: ["x=1", "y=2"] });
  assertEquals([...switches], ["json"]);
  assertEquals(rest, ["a.json", "b.json"]);
});

Deno.test("readOptions() keeps numbers as they were typed", () => {
  const { values, rest } = readOptions(["007", "--seeds", "1e3"], SPEC);
  assertEquals([rest, values.seeds], [["007"], "1e3"]);
});

Deno.test("readOptions() knows --help and -h of every command", () => {
  for (const arg of ["--help", "-h"]) assert(readOptions([arg], SPEC).switches.has("help"));
});

Deno.test("readOptions() throws a UsageError with the nearest option when an option is unknown", () => {
  const cases = [["--jsno", "--json"], ["--dryrun", "--dry-run"], ["--result=x", "--results"], ["--sets", "--set"]];
  for (const [typed, meant] of cases) {
    const { message } = assertThrows(() => readOptions([typed], SPEC), UsageError);
    assertStringIncludes(message, `run has no option ${typed.split("=")[0]}. Did you mean ${meant}?`);
    assertStringIncludes(message, "deno task run --help");
  }
  const { message } = assertThrows(() => readOptions(["--verbose"], SPEC), UsageError);
  assert(!message.includes("Did you mean"), message);
});

Deno.test("readOptions() throws a UsageError when a value is missing", () => {
  for (const args of [["--results"], ["--set"], ["--results", "--json"], ["--set", "x=1", "--set"]]) {
    assertStringIncludes(assertThrows(() => readOptions(args, SPEC), UsageError).message, "takes a value");
  }
  for (const arg of ["--results=", "--set=", "--json="]) {
    assertStringIncludes(assertThrows(() => readOptions([arg], SPEC), UsageError).message, `no value after ${arg}`);
  }
});
