import { parseArgs } from "@std/cli/parse-args";
import { assertEquals } from "@std/assert";

Deno.test("parseArgs() puts arguments that are no options into _ when it meets them", () => {
  assertEquals(parseArgs(["run", "a.json", "3"]), { _: ["run", "a.json", 3] });
  assertEquals(parseArgs(["3"], { string: ["_"] }), { _: ["3"] });
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
  assertEquals(parseArgs(["--a", "1"], { string: ["a"] }), { _: [], a: "1" });
});

Deno.test("parseArgs() leaves the next argument alone when the option is boolean", () => {
  assertEquals(parseArgs(["--force", "x"], { boolean: ["force", "dry"] }), { _: ["x"], force: true, dry: false });
  assertEquals(parseArgs(["--force", "false", "x"], { boolean: ["force"] }), { _: ["x"], force: false });
  assertEquals(parseArgs(["--force=false"], { boolean: ["force"] }), { _: [], force: false });
  assertEquals<unknown>(parseArgs(["--any", "x"], { boolean: true }), { _: ["x"], any: true });
});

Deno.test("parseArgs() gives a string option without a value the empty text", () => {
  assertEquals(parseArgs(["--out"], { string: ["out"] }), { _: [], out: "" });
  assertEquals(parseArgs([], { string: ["out"] }), { _: [] });
});

Deno.test("parseArgs() gathers values when the option is collected and keeps the last one when it is not", () => {
  const args = ["--set", "a=1", "--set", "b=2"];
  assertEquals(parseArgs(args, { string: ["set"], collect: ["set"] }), { _: [], set: ["a=1", "b=2"] });
  assertEquals(parseArgs([], { string: ["set"], collect: ["set"] }), { _: [], set: [] });
  assertEquals(parseArgs(args, { string: ["set"] }), { _: [], set: "b=2" });
});

Deno.test("parseArgs() sets a value under all names when the option has aliases", () => {
  assertEquals<unknown>(parseArgs(["-h"], { boolean: ["help"], alias: { help: "h" } }), { _: [], h: true, help: true });
  assertEquals<unknown>(parseArgs(["--output", "x"], { string: ["o"], alias: { o: ["out", "output"] } }), {
    _: [],
    o: "x",
    out: "x",
    output: "x",
  });
});

Deno.test("parseArgs() uses a default when the option is not given", () => {
  const options = { string: ["out"], boolean: ["color"], default: { out: "results", color: true } } as const;
  assertEquals<unknown>(parseArgs([], options), { _: [], out: "results", color: true });
  assertEquals<unknown>(parseArgs(["--out", "x"], options), { _: [], out: "x", color: true });
});

Deno.test("parseArgs() reads --no-name as false only when the option is negatable", () => {
  const options = { boolean: ["color"], negatable: ["color"], default: { color: true } } as const;
  assertEquals<unknown>(parseArgs(["--no-color"], options), { _: [], color: false });
  assertEquals<unknown>(parseArgs(["--no-color"], { boolean: ["color"] }), { _: [], color: false, "no-color": true });
});

Deno.test("parseArgs() stops at the first argument that is no option when stopEarly is set", () => {
  assertEquals(parseArgs(["--force", "run", "--dry"], { boolean: ["force"], stopEarly: true }), {
    _: ["run", "--dry"],
    force: true,
  });
});

Deno.test("parseArgs() reads nothing after --", () => {
  assertEquals<unknown>(parseArgs(["--a", "1", "--", "--b", "2"]), { _: ["--b", "2"], a: 1 });
  assertEquals<unknown>(parseArgs(["x", "--", "--b"], { "--": true }), { _: ["x"], "--": ["--b"] });
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
