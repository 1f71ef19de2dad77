import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FormatError } from "../../../core/errors.ts";
import { FAILED, printFailure, USAGE_ERROR } from "../../../pipeline/cli/failure.ts";
import { type Line, redirect, writeLine } from "../../../pipeline/cli/terminal.ts";
import { ConfigError, DefinitionError } from "../../../pipeline/engine/run_errors.ts";

/** What is printed for an error, and the exit code. */
function printed(error: unknown): { text: string; exitCode: number } {
  const lines: Line[] = [];
  redirect((line) => lines.push(line));
  try {
    const exitCode = printFailure(error, { run: "one" });
    assert(lines.every(({ to }) => to === "error"));
    return { text: lines.map(({ text }) => text).join("\n"), exitCode };
  } finally {
    redirect(writeLine);
  }
}

Deno.test("errors that are thrown on purpose are printed as their message", () => {
  const expected = (exitCode: number) => ({ text: "error: one: Do that.", exitCode });
  assertEquals(printed(new DefinitionError("Do that.")), expected(FAILED));
  assertEquals(printed(new FormatError("Do that.")), expected(FAILED));
  assertEquals(printed(new ConfigError("Do that.")), expected(USAGE_ERROR));
});

Deno.test("any other error is a bug, and is printed with its stack", () => {
  const { text, exitCode } = printed(new TypeError("x is not a function"));
  assertStringIncludes(text, "This is a bug in Retrace.");
  assertStringIncludes(text, "failure_test.ts");
  assertEquals(exitCode, FAILED);
});

Deno.test("denied access is explained with what a run may do", () => {
  const { text } = printed(new Deno.errors.NotCapable('Requires net access to "example.org:443"'));
  assertStringIncludes(text, "It may not reach example.org:443. Allow it: --allow-host example.org:443");

  const ofImport = new TypeError('Requires read access to "/home/me/helper.ts", run again with the --allow-read flag');
  assertStringIncludes(printed(ofImport).text, 'Deno denied access: Requires read access to "/home/me/helper.ts"');
});
