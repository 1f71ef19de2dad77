import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { COMMANDS } from "../../../pipeline/cli/command_list.ts";
import { copyFolder, copyProject } from "../../project_copy.ts";

/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";

Deno.test("every command has its help before a package is installed", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-packages-" });
  try {
    copyProject(folder);
    Deno.removeSync(join(folder, "node_modules"));
    for (const name of ["", ...COMMANDS]) {
      const { code, stderr } = await front(folder, folder, ...name.split(" "), "--help");
      assertEquals([code, stderr], [0, ""], name);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the first command of a fresh clone installs all packages that commands import, and a second one nothing", () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-packages-" });
  try {
    copyProject(folder);
    Deno.removeSync(join(folder, "node_modules"));
    const { dependencies } = JSON.parse(Deno.readTextFileSync(join(folder, "package.json")));
    const args = [
      "run",
      "-R",
      "--allow-run=deno",
      "pipeline/cli/front/main.ts",
      "explain",
      "experiments/linear-sgd.json",
    ];
    const start = () => new Deno.Command(Deno.execPath(), { args, cwd: folder, env: { NO_COLOR: "1" } }).outputSync();
    const stderrOf = (output: Deno.CommandOutput) => new TextDecoder().decode(output.stderr);
    const first = start();
    assertEquals([first.code, stderrOf(first)], [0, "Installing packages, before the first run …\n"]);
    for (const [name, version] of Object.entries(dependencies)) {
      const path = join(folder, "node_modules", name, "package.json");
      assertEquals(JSON.parse(Deno.readTextFileSync(path)).version, version, name);
    }
    const second = start();
    assertEquals([second.code, stderrOf(second)], [0, ""]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** What can be wrong with the folder of packages, and what a command then says. */
const PLACES: Record<string, [prepare: (packages: string) => void, says: RegExp]> = {
  "there is none, and no network": [() => {}, /Failed caching npm package .*Check the network/],
  "a file is in its place": [(path) => Deno.writeTextFileSync(path, ""), /os error \d+.*Remove .*node_modules/],
};

for (const [name, [prepare, says]] of Object.entries(PLACES)) {
  Deno.test(`commands say what to do about the packages if ${name}, and nothing of a bug`, async () => {
    const folder = Deno.makeTempDirSync({ prefix: "retrace-packages-" });
    try {
      const project = join(folder, "project");
      copyProject(project);
      copyFolder("experiments", join(project, "experiments"));
      const packages = join(project, "node_modules");
      Deno.removeSync(packages);
      prepare(packages);
      for (const command of [["compare", "two-layer"], ["run", "experiments/two-layer.json"]]) {
        const { code, stderr } = await front(project, join(folder, "cache"), ...command);
        const [installing, error, ...more] = stderr.trimEnd().split("\n");
        assertEquals([code, installing, more], [1, "Installing packages, before the first run …", []]);
        assertMatch(error, /^error: The packages cannot be installed or loaded: /);
        assertMatch(error, says);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

/** Runs the front of a project, which may install packages from nowhere but Deno's cache. */
async function front(project: string, cache: string, ...words: string[]) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-R", "--allow-run=deno", "pipeline/cli/front/main.ts", ...words.filter((word) => word !== "")],
    cwd: project,
    env: { DENO_DIR: cache, NPM_CONFIG_REGISTRY: NOWHERE, NO_COLOR: "1" },
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}
