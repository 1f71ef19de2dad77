/** deno.json and the documentation are what the declarations of commands and tasks make of them. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { defineCommand } from "../../../pipeline/cli/command.ts";
import { COMMANDS, DEVELOPMENT, GROUPS, loadCommands } from "../../../pipeline/cli/command_list.ts";
import { allCommands, commonCommands, withCommands } from "../../../build/command_table.ts";
import { denoJson } from "../../../build/deno_tasks.ts";
import { permissionFlags, union } from "../../../pipeline/cli/permissions.ts";
import { PROJECT_TASKS } from "../../../build/project_tasks.ts";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";
import { outcomeOf, PROJECT } from "./retrace.ts";

const commands = await loadCommands();
const read = (file: string) => Deno.readTextFileSync(join(PROJECT, file));

Deno.test("every file in commands/ is a command that is in the list under its name", () => {
  const files = [...Deno.readDirSync(join(PROJECT, "pipeline/cli/commands"))].map(({ name }) => name).sort();
  const users = COMMANDS.filter((name) => !DEVELOPMENT.includes(name));
  assertEquals(files, users.map((name) => `${name.replace(" ", "_")}.ts`).sort());
  assertEquals(commands.map(({ name }) => name), COMMANDS);
});

Deno.test("the tasks and test permissions in deno.json are those of the commands and project tasks", () => {
  assertEquals(denoJson(read("deno.json"), commands, PROJECT_TASKS), read("deno.json"));
});

Deno.test("README.md shows the commands that people use most", () => {
  const derived = withCommands(read("README.md"), commonCommands(commands, PROJECT_TASKS));
  assert(derived !== null, "README.md has marks around its commands");
  assertEquals(derived, read("README.md"));
});

Deno.test("docs/commands.md shows all commands with their help", () => {
  assertEquals(withCommands(read("docs/commands.md"), allCommands(commands, PROJECT_TASKS)), read("docs/commands.md"));
});

Deno.test("every command gets a task that starts the front, and commands of a group share one", () => {
  const one = (name: string) =>
    defineCommand({ name, about: `About ${name}`, example: "X", options: {}, may: () => ({}), run: () => 0 });
  const text = '{"tasks": {"old": {}}, "fmt": 1, "test": {}}';
  const { tasks, fmt } = JSON.parse(denoJson(text, [one("look"), one("cache list"), one("cache gc")], []));
  const command = "deno run -R --allow-run=deno pipeline/cli/front/main.ts";
  assertEquals([fmt, tasks], [1, {
    look: { description: "About look: deno task look X", command: `${command} look` },
    cache: { description: "List, verify or clean up stored results", command: `${command} cache` },
  }]);
});

Deno.test("every group of commands has a description", () => {
  const groups = COMMANDS.filter((name) => name.includes(" ")).map((name) => name.split(" ")[0]);
  assertEquals(Object.keys(GROUPS), [...new Set(groups)]);
});

Deno.test("permissionFlags() names exactly what is allowed", () => {
  const flags = permissionFlags({
    read: true,
    write: ["a b", join(Deno.cwd(), "c")],
    env: ["A", "B"],
    net: [],
    sys: ["hostname"],
    run: ["deno"],
  });
  const expected = `--allow-read --allow-write=a b,${
    join(Deno.cwd(), "c")
  } --allow-env=A,B --allow-sys=hostname --allow-run=deno`;
  assertThrows(() => permissionFlags({ write: ["a,b"] }), UsageError, "a,b contains a comma");
  assertEquals(flags.join(" "), expected);
  assertEquals(union({ env: ["A"] }, { env: ["B", "A"] }, { env: true }), { env: true });
  assertEquals(union({ env: ["A"] }, { env: ["B", "A"], read: true }), { read: true, env: ["A", "B"] });
});

Deno.test("a command that writes may write only to folders that it names", () => {
  for (const { name, options, may } of commands) {
    const defaults = Object.fromEntries(
      Object.entries(options).map(([key, { placeholder, read }]) => [key, placeholder === null ? true : read([], key)]),
    );
    const flags = permissionFlags(may({ args: [], options: defaults }));
    assertEquals(flags.filter((flag) => /^--allow-(all|write|net|run|env|sys|ffi)$/.test(flag)), [], name);
  }
});

Deno.test("withCommands() replaces the text between the marks, any number of times, and returns null without marks", () => {
  const document = "# A\n\n<!-- commands --><!-- /commands -->\n\nB\n";
  const once = withCommands(document, "| x |")!;
  assertEquals(once, "# A\n\n<!-- commands -->\n\n| x |\n\n<!-- /commands -->\n\nB\n");
  assertEquals(withCommands(once, "| x |"), once);
  assertEquals(withCommands("# A\n", "| x |"), null);
});

Deno.test("tables escape the column separator of Markdown", () => {
  const odd = defineCommand({
    ...{ name: "odd", about: "One|other", args: "A|B", options: {}, may: () => ({}), common: true },
    run: () => 0,
  });
  assertStringIncludes(commonCommands([odd], []), "| `deno task odd A\\|B` | One\\|other   |");
});

Deno.test("every folder of tests has a file that test:fast runs", () => {
  const folders = [...Map.groupBy(testFiles(join(PROJECT, "tests")), ({ folder }) => folder)];
  assert(folders.length > 15);
  const slow = folders.filter(([, files]) => files.every(({ name }) => name.endsWith("_slow_test.ts")));
  assertEquals(slow.map(([folder]) => folder), []);
});

Deno.test("no file that test:fast runs changes the folder or the environment of the process, which others share", () => {
  const fast = testFiles(join(PROJECT, "tests")).filter(({ name }) => !name.endsWith("_slow_test.ts"));
  const changes = fast.filter(({ folder, name }) =>
    /Deno\.(chdir|env\.(set|delete))\(/.test(Deno.readTextFileSync(join(folder, name)))
  );
  assertEquals(changes.map(({ name }) => name), []);
});

function testFiles(folder: string): { folder: string; name: string }[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(join(folder, name));
    return name.endsWith("_test.ts") ? [{ folder, name }] : [];
  });
}

Deno.test("deno test -P has the permissions of tests, and a bare deno test says that it lacks a flag", async () => {
  const test = (...flags: string[]) =>
    outcomeOf([Deno.execPath(), "test", "--no-check", ...flags, "tests/pipeline/cli/command_line_test.ts"]);
  const [bare, withSet] = await Promise.all([test(), test("-P")]);
  assertEquals([bare.code, withSet.code], [1, 0], withSet.stderr);
  assertStringIncludes(bare.stderr, "Did you mean to run with `-P` or a permission flag?");
});
