/** What messages advise: each command that one suggests is run, and then what failed before works. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { COMMANDS, loadCommand } from "../../../pipeline/cli/command_list.ts";
import { copyProject } from "../../project_copy.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { commandOf, mustBeDone, outcomeOf, PROJECT } from "./retrace.ts";

/** The arguments of the command at the end of a message. */
function adviceIn(message: string): string[] {
  const found = /deno task (.*)\.$/.exec(message.trimEnd());
  assert(found !== null, message);
  return found[1].split(" ");
}

Deno.test("commands that fail for want of a run suggest the one that makes it", async () => {
  using small = makeSmallDataset();
  const project = small.path("project");
  Deno.mkdirSync(project);
  copyProject(project);
  Deno.mkdirSync(join(project, "experiments"), { recursive: true });
  small.write("project/experiments/tiny.json", { ...small.experiment, name: "tiny" });
  small.write("project/experiments/other.json", { ...small.experiment, name: "other" });
  const run = (...args: string[]) => outcomeOf(commandOf(args), {}, project);
  const data = ["--data", small.data];
  for (const name of ["tiny@seed=3", "tiny@batch.size=50,seed=4", "tiny"]) {
    const before = await run("compare", name, ...data);
    assertEquals(before.code, 1, before.stderr);
    const advised = adviceIn(before.stderr);
    mustBeDone(await run(...advised, "--quiet", ...data));
    mustBeDone(await run("compare", name, ...data));
    assert([...Deno.readDirSync(join(project, "results"))].some((entry) => entry.name === name), name);
  }
  const other = await run("compare", "experiments/other.json", ...data);
  mustBeDone(await run(...adviceIn(other.stderr), "--quiet", ...data));
  mustBeDone(await run("compare", "experiments/other.json", ...data));
  // The shell's glob finds the README that is there in every clone.
  Deno.writeTextFileSync(join(project, "results/README.md"), "");
  const names = [...Deno.readDirSync(join(project, "results"))].map(({ name }) => name)
    .filter((name) => !name.startsWith("."));
  const compared = await run("compare", ...names.map((name) => `results/${name}`));
  assertEquals(compared.code, 0, compared.stderr);
  assertStringIncludes(compared.stderr, "results/README.md is not a run; it is left out.");
  const explained: [string[], string][] = [
    [["predict", "experiments/tiny.json", "x.png"], "Did you mean tiny?"],
    [["predict", "tiny.json", "x.png"], "Did you mean tiny?"],
    [["predict", "tinny", "x.png"], "Did you mean tiny?"],
    [["compare", "tinyy@seed=3"], "Did you mean tiny@seed=3?"],
    [["compare", "something-else"], "The runs in results: other, tiny, tiny@"],
  ];
  for (const [args, message] of explained) {
    const { code, stderr } = await run(...args);
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, message);
  }
});

Deno.test("globs of experiment files in quotes are expanded", async () => {
  using small = makeSmallDataset();
  small.write("a-1.json", { ...small.experiment, name: "a-1" });
  small.write("a-2.json", { ...small.experiment, name: "a-2" });
  const folders = ["--results", small.path("results"), "--cache", small.path("cache"), "--data", small.data];
  const run = (...args: string[]) => outcomeOf(commandOf(["run", ...args, ...folders]));
  mustBeDone(await run(small.path("a-*.json"), "--quiet"));
  assertEquals([...Deno.readDirSync(small.path("results"))].filter(({ isDirectory }) => isDirectory).length, 2);
  const { code, stderr } = await run(small.path("b-*.json"));
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, `No experiment file matches ${small.path("b-*.json")}.`);
});

Deno.test("every command in a message and in the documents has the options that it is shown with", async () => {
  const files = ["README.md", ...walk("docs", ".md"), ...walk("pipeline", ".ts")];
  const pattern = /deno task ((?:cache )?[a-z]+)((?: (?:\$\{[^}]*\}|[^\s`"'<>#;|&,]+|'[^']*'))*)/g;
  const tested: string[] = [];
  for (const file of files) {
    for (const [, name, rest] of Deno.readTextFileSync(join(PROJECT, file)).matchAll(pattern)) {
      if (!COMMANDS.includes(name)) continue;
      // What is not an option could be prose that follows.
      const options = [...rest.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option);
      const { options: known } = await loadCommand(name);
      const typed = Object.keys(known).map((key) =>
        `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
      );
      for (const option of options) {
        assert([...typed, "--help"].includes(option), `${file}: deno task ${name} has no option ${option}`);
      }
      tested.push(name);
    }
  }
  assert(tested.length > 30, String(tested.length));
});

function walk(folder: string, ending: string): string[] {
  return [...Deno.readDirSync(join(PROJECT, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? walk(path, ending) : name.endsWith(ending) ? [path] : [];
  });
}
