import { parseArgs } from "@std/cli/parse-args";
import { assertEquals } from "@std/assert";

Deno.test("parseArgs() puts arguments that are no options into _ when it meets them", () => {
  assertEquals<unknown>(parseArgs(["run", "a.json", "3"]), { _: ["run", "a.json", 3] });
  assertEquals<unknown>(parseArgs(["3"], { string: ["_"] }), { _: ["3"] });
});

Deno.test("parseArgs() takes the next argument as the value when the option is not boolean", () => {
  assertEquals<unknown>(parseArgs(["--out", "dir", "x"]), { _: ["x"], out: "dir" });
  assertEquals<unknown>(parseArgs(["--out=dir=1", "x"]), { _: ["x"], out: "dir=1" });
  assertEquals<unknown>(parseArgs(["--out", "--force"]), { _: [], out: true, force: true });
});

Deno.test("parseArgs() makes numbers of values that look like one unless the option is a string", () => {
  assertEquals<unknown>(parseArgs(["--a", "1e3", "--b", "0x1F", "--c=-.5", "--d", "1_0"]), {
    _: [],
    a: 1000,
    b: 31,
    c: -0.5,
    d: "1_0",
  });
  assertEquals<unknown>(parseArgs(["--a", "1"], { string: ["a"] }), { _: [], a: "1" });
});

Deno.test("parseArgs() leaves the next argument alone when the option is boolean", () => {
  assertEquals<unknown>(parseArgs(["--force", "x"], { boolean: ["force", "dry"] }), {
    _: ["x"],
    force: true,
    dry: false,
  });
  assertEquals<unknown>(parseArgs(["--force", "false", "x"], { boolean: ["force"] }), { _: ["x"], force: false });
  assertEquals<unknown>(parseArgs(["--force=false"], { boolean: ["force"] }), { _: [], force: false });
});

Deno.test("parseArgs() gives a string option without a value the empty text", () => {
  assertEquals<unknown>(parseArgs(["--out"], { string: ["out"] }), { _: [], out: "" });
  assertEquals<unknown>(parseArgs([], { string: ["out"] }), { _: [] });
});

Deno.test("parseArgs() gathers values when the option is collected and keeps the last one when it is not", () => {
  const args = ["--set", "a=1", "--set", "b=2"];
  assertEquals<unknown>(parseArgs(args, { string: ["set"], collect: ["set"] }), { _: [], set: ["a=1", "b=2"] });
  assertEquals<unknown>(parseArgs([], { string: ["set"], collect: ["set"] }), { _: [], set: [] });
  assertEquals<unknown>(parseArgs(args, { string: ["set"] }), { _: [], set: "b=2" });
});

Deno.test("parseArgs() sets a value under all names when the option has aliases", () => {
  assertEquals<unknown>(parseArgs(["-h"], { boolean: ["help"], alias: { help: "h" } }), { _: [], h: true, help: true });
  assertEquals<unknown>(parseArgs(["--output", "x"], { string: ["o"], alias: { o: "output" } }), {
    _: [],
    o: "x",
    output: "x",
  });
});

Deno.test("parseArgs() reads nothing after --", () => {
  assertEquals<unknown>(parseArgs(["--a", "1", "--", "--b", "2"]), { _: ["--b", "2"], a: 1 });
});

Deno.test("parseArgs() calls unknown for what is not declared, and drops it when unknown returns false", () => {
  const met: unknown[] = [];
  const args = parseArgs(["run", "--force", "--typo", "3", "--typo2=x"], {
    boolean: ["force"],
    unknown: (arg, key, value) => {
      met.push([arg, key, value]);
      return key === undefined;
    },
  });
  assertEquals(args, { _: ["run"], force: true });
  assertEquals(met, [["run", undefined, undefined], ["--typo", "typo", "3"], ["--typo2=x", "typo2", "x"]]);
});

Deno.test("parseArgs() reads one-letter options together when they follow one dash", () => {
  assertEquals<unknown>(parseArgs(["-abc", "x"]), { _: [], a: true, b: true, c: "x" });
  assertEquals<unknown>(parseArgs(["-n5"]), { _: [], n: 5 });
  assertEquals<unknown>(parseArgs(["-n=5"]), { _: [], n: 5 });
  assertEquals<unknown>(parseArgs(["-"]), { _: ["-"] });
});

Deno.test("parseArgs() nests options whose names have dots, and touches no prototype", () => {
  assertEquals<unknown>(parseArgs(["--a.b", "1", "--a.c=2"]), { _: [], a: { b: 1, c: 2 } });
  assertEquals<unknown>(parseArgs(["--__proto__.x=1", "--constructor.prototype.x=1"]), { _: [] });
  assertEquals<unknown>(({} as Record<string, unknown>).x, undefined);
});

Deno.test("parseArgs() reads dashes and equals signs in odd places", () => {
  const options = { string: ["a"] };
  assertEquals<unknown>(parseArgs(["--a="], options), { _: [], a: "" });
  assertEquals<unknown>(parseArgs(["-a="], options), { _: [], a: "" });
  assertEquals<unknown>(parseArgs(["-a-"], options), { _: [], a: "-" });
  assertEquals<unknown>(parseArgs(["--no-a=1"], options), { _: [], a: "1" });
  assertEquals<unknown>(parseArgs(["--=x"]), { _: [], "=x": true });
  assertEquals<unknown>(parseArgs(["-a", "-"]), { _: [], a: "-" });
  assertEquals<unknown>(parseArgs(["--b", "-"]), { _: ["-"], b: true });
});
