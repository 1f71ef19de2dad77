/** What the real process may do, with the permissions that deno.json gives and nothing more. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { command as run } from "../../../pipeline/cli/commands/run.ts";
import { copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { namesIn } from "../sources/scratch.ts";
import { withServer } from "../sources/server.ts";
import { commandOf, mustBeDone, outcomeOf, PROJECT } from "./retrace.ts";

const TASKS: Record<string, { command: string }> = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json"))).tasks;

/** A folder like the project's, with the experiment's data in it; commands run in it as in the project. */
function withProject(work: (small: SmallDataset, project: string) => Promise<void>): Promise<void> {
  const small = makeSmallDataset();
  const project = small.path("project");
  Deno.mkdirSync(project);
  copyProject(project);
  return work(small, project).finally(() => small[Symbol.dispose]());
}

/** Without what `commandOf` adds for tests: only what the task itself allows. */
const task = (...args: string[]) => inCopy(commandOf(args, []));

/** The packages of a copy are the project's own, behind a link. */
function inCopy(words: string[]): string[] {
  return words.map((word) => word.replace(/^--allow-ffi=/, `--allow-ffi=${PROJECT}`));
}

/** A stage that tries to reach the network before it does its work. */
function makeBatchCall(project: string, url: string): void {
  const imports = 'const { EpochOrder } = await import("../../../core/random/mod.ts");';
  edit(
    join(project, "pipeline/classifier/stages/batch.ts"),
    imports,
    `${imports} await fetch(${JSON.stringify(url)});`,
  );
}

Deno.test("the tasks allow only reading without limits, and never prompt", () => {
  for (const name of ["run", "compare", "graph", "reproduce"]) {
    const words = TASKS[name].command.split(" ");
    const broad = words.filter((word) => /^(-A|--allow-(all|write|net|run|env|sys|ffi|import))$/.test(word));
    assertEquals([name, broad, words.includes("--no-prompt")], [name, [], true]);
  }
  const net = TASKS.run.command.match(/--allow-net=(\S+)/)![1].split(",");
  assertEquals(net, run.may.net, "the hosts that a run gives up are those that it was given");
});

Deno.test("run writes only under results and .retrace", async () => {
  await withProject(async (small, project) => {
    const before = namesIn(project);
    mustBeDone(await outcomeOf(task("run", small.config, "--quiet"), {}, project));
    assertEquals(namesIn(project), [...before, ".retrace", "results"].sort());
    assertEquals(namesIn(join(project, "results")), [".small.lock", "small"]);
  });
});

Deno.test("run says what to type for results or a cache elsewhere, and that works", async () => {
  await withProject(async (small, project) => {
    const [results, cache] = [small.path("r"), small.path("c")];
    const args = ["run", small.config, "--quiet", "--results", results, "--cache", cache];
    const { code, stdout, stderr } = await outcomeOf(task(...args), {}, project);
    assertEquals([code, stdout], [2, ""]);
    const advice = `RETRACE_ALLOW=--allow-write=${results},${cache} deno task run`;
    assertStringIncludes(stderr, `run has no write permission for ${results} and ${cache}. `);
    assertStringIncludes(stderr, advice);
    mustBeDone(await outcomeOf(inCopy(commandOf(args, [/RETRACE_ALLOW=(\S+)/.exec(stderr)![1]])), {}, project));
    const odd = await outcomeOf(task("run", small.config, "--results", small.path("a b")), {}, project);
    assertStringIncludes(odd.stderr, "RETRACE_ALLOW=--allow-write deno task run");
  });
});

Deno.test("reproduce says what to type for a cache elsewhere", async () => {
  await withProject(async (small, project) => {
    Deno.mkdirSync(join(project, "experiments"));
    const cache = small.path("c");
    const args = ["reproduce", "--update", small.config, "--cache", cache];
    const { code, stderr } = await outcomeOf(task(...args), {}, project);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `RETRACE_ALLOW=--allow-write=${cache} deno task reproduce`);
  });
});

Deno.test("no stage but download reaches the network, with and without a download in the run", async () => {
  await withProject(async (small, project) => {
    const files = Object.values(small.files).map(({ name }) => name);
    const answer = ({ path }: { path: string }) => ({
      body: files.includes(path.slice(1)) ? Deno.readFileSync(join(small.data, path.slice(1))) : new Uint8Array(1),
    });
    await withServer(answer, async ({ url, received }) => {
      const experiment = small.experiment;
      Object.assign(experiment.pipeline.download, { source: { from: "https", url } });
      const web = small.write("web.json", experiment);
      mustBeDone(await outcomeOf(task("run", web, "--quiet"), {}, project));
      assertEquals(received.length, 4);

      makeBatchCall(project, `${url}secret`);
      for (const [config, downloads] of [[web, 0], [small.config, 0], [web, 4]] as const) {
        if (downloads > 0) Deno.removeSync(join(project, ".retrace"), { recursive: true });
        received.length = 0;
        const { code, stderr } = await outcomeOf(task("run", config, "--quiet"), {}, project);
        assertEquals([code, received.map(({ path }) => path).sort()], [
          1,
          downloads > 0 ? files.map((f) => `/${f}`).sort() : [],
        ]);
        assertMatch(stderr, /Deno denied access: Requires net access to "127\.0\.0\.1:\d+"/);
      }
    });
  });
});

Deno.test("run reaches only the hosts of its experiments", async () => {
  await withProject(async (small, project) => {
    let port = "";
    await withServer(({ path }) => {
      // Another name of this machine: deno.json allows it, the experiment does not name it.
      return { status: "302 Found", headers: { location: `http://localhost:${port}/moved${path}` } };
    }, async ({ url, received }) => {
      port = new URL(url).port;
      const experiment = small.experiment;
      Object.assign(experiment.pipeline.download, { source: { from: "https", url } });
      const { code, stderr } = await outcomeOf(
        task("run", small.write("web.json", experiment), "--quiet"),
        {},
        project,
      );
      assertEquals([code, received.filter(({ path }) => path.startsWith("/moved")).length], [1, 0]);
      assertMatch(stderr, /not given permission to reach localhost:\d+/);
    });
  });
});
