/** What commands print about themselves. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { loadCommands } from "../../../pipeline/cli/command_list.ts";
import { helpText, overviewText, usageOf } from "../../../pipeline/cli/help.ts";
import { typedName } from "../../../pipeline/cli/option.ts";
import { PROJECT_TASKS } from "../../../build/project_tasks.ts";
import { retrace } from "./retrace.ts";

const WIDTH = 100;
const COMMANDS = await loadCommands();

Deno.test("the help of each command fits into 100 columns and says what everything is", () => {
  for (const command of COMMANDS) {
    const text = helpText(command);
    assertEquals(text.split("\n").filter((line) => [...line].length > WIDTH || /\s$/.test(line)), [], command.name);
    assertStringIncludes(text, `${command.about}.\n\n  ${usageOf(command)}`);
    for (const [key, { about, isHidden }] of Object.entries(command.options)) {
      assertEquals(text.includes(`  ${typedName(key)} `), !isHidden, key);
      if (isHidden) continue;
      assertMatch(
        text,
        new RegExp(`^  ${typedName(key)}( \\S+)?  +${about.split(" ")[0].replaceAll(/\W/g, "\\$&")}`, "m"),
      );
    }
    for (const word of Object.keys(command.terms ?? {})) assertMatch(text, new RegExp(`^  ${word} +\\S`, "m"));
    assertMatch(text.replaceAll("\n", " "), /Exit codes: 0 \S.*; 1 \S.*; 2 \S.*\.$/);
  }
});

Deno.test("every word in the arguments of a command is explained", () => {
  for (const { name, args = "", terms = {} } of COMMANDS) {
    const words = args.match(/[A-Z]+/g) ?? [];
    assertEquals(words.filter((word) => !Object.hasOwn(terms, word)), [], name);
  }
});

Deno.test("the overview fits into 100 columns and lists every command and every task", () => {
  const text = overviewText(COMMANDS, PROJECT_TASKS);
  assertEquals(text.split("\n").filter((line) => [...line].length > WIDTH), []);
  for (const one of [...COMMANDS, ...PROJECT_TASKS]) {
    assertMatch(text, new RegExp(`^  ${usageOf(one).replaceAll(/[[\]]/g, "\\$&")}  +\\S`, "m"));
  }
});

Deno.test("--help of the program, of a group and of each command prints the help and exits with 0", async () => {
  for (const words of [["--help"], ["-h"], ["help"]]) {
    const { code, stdout, stderr } = await retrace(...words);
    assertEquals({ code, stderr, stdout }, {
      code: 0,
      stderr: "",
      stdout: `${overviewText(COMMANDS, PROJECT_TASKS)}\n`,
    });
  }
  const group = await retrace("cache", "--help");
  assertEquals(group.code, 0);
  assertStringIncludes(group.stdout, "deno task cache gc");
  assert(!group.stdout.includes("deno task run"));
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await retrace(...command.name.split(" "), "--help");
    assertEquals({ code, stderr, stdout }, { code: 0, stderr: "", stdout: `${helpText(command)}\n` }, command.name);
  }
});

Deno.test("--version prints the version in deno.json, and Deno's", async () => {
  const { code, stdout } = await retrace("--version");
  assertEquals(code, 0);
  assertMatch(stdout, /^retrace \d+\.\d+\.\d+ \(deno \d+\.\d+\.\d+\)\n$/);
  const { version } = JSON.parse(Deno.readTextFileSync("deno.json"));
  assertStringIncludes(stdout, `retrace ${version} (deno ${Deno.version.deno})`);
});
