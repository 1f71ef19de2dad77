/** `--kernels`: three kinds of kernels, one set of results, and what happens without a library that can be used. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { copyProject } from "../../project_copy.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { reproduceIn } from "./reproduced.ts";
import { commandOf, filesUnder, mustBeDone, type Outcome, outcomeOf, retrace } from "./retrace.ts";

const KINDS = ["native", "wasm", "plain"];
/** Whether there are libraries for this system. */
const HAS_NATIVE = Deno.build.os === "linux";

/** Runs the small experiment with a cache and results of its own. */
async function runWith(small: SmallDataset, place: string, ...args: string[]): Promise<Outcome> {
  const folders = ["--results", small.path(`${place}/r`), "--cache", small.path(`${place}/c`)];
  return await retrace("run", small.config, ...folders, ...args);
}

/** What a run wrote to run.json. */
function runOf(small: SmallDataset, place: string) {
  return JSON.parse(Deno.readTextFileSync(small.path(`${place}/r/small/run.json`)));
}

function runIn(project: string, ...args: string[]): Promise<Outcome> {
  return outcomeOf(commandOf(["run", ...args, "--quiet"]), {}, project);
}

Deno.test(
  "native, WebAssembly and plain kernels give the same keys, artifacts and results",
  { ignore: !HAS_NATIVE },
  async () => {
    using small = makeSmallDataset({ model: ["linear(784,12)", "relu", "linear(12,10)", "softmax"] });
    const found = [];
    for (const kind of KINDS) {
      mustBeDone(await runWith(small, kind, "--quiet", "--kernels", kind));
      const { kernels, stages, files } = runOf(small, kind);
      assertMatch(kernels, kind === "native" ? /^native (x86-64-v[234]|aarch64)$/ : new RegExp(`^${kind}$`));
      const keys = stages.map(({ stage, action, key }: Record<string, string>) => [stage, action, key]);
      const artifacts = Object.keys(filesUnder(small.path(`${kind}/c/artifacts`)));
      assert(artifacts.length > 10);
      found.push({ keys, artifacts, files });
    }
    assertEquals(found[1], found[0]);
    assertEquals(found[2], found[0]);
  },
);

Deno.test("what one kind of kernels computed is a hit for every other, and a run of hits loads none", async () => {
  using small = makeSmallDataset();
  mustBeDone(await runWith(small, "one", "--quiet", "--kernels", "wasm"));
  Deno.removeSync(small.path("one/r"), { recursive: true });
  for (const args of [["--kernels", "native"], ["--kernels", "plain"], []]) {
    mustBeDone(await runWith(small, "one", "--quiet", ...args));
    const { kernels, stages } = runOf(small, "one");
    assertEquals(stages.map(({ action }: { action: string }) => action), Array(6).fill("hit"));
    assertEquals(kernels, null);
    Deno.removeSync(small.path("one/r"), { recursive: true });
  }
});

Deno.test("reproduce finds the digests of native kernels with the others, and --json says which computed", async () => {
  using small = makeSmallDataset();
  mustBeDone(await reproduceIn(small.folder, ["--update", small.config]));
  for (const kind of HAS_NATIVE ? KINDS : KINDS.slice(1)) {
    const outcome = await reproduceIn(small.folder, [small.config, "--json", "--kernels", kind]);
    mustBeDone(outcome);
    const { status, kernels } = JSON.parse(outcome.stdout);
    assertEquals([status, kernels.split(" ")[0]], ["same", kind]);
  }
});

Deno.test("the bits do not depend on --threads; run.json and the default say how many there were", {
  ignore: !HAS_NATIVE,
}, async () => {
  // Products that several threads share.
  using small = makeSmallDataset({ model: ["linear(784,400)", "relu", "linear(400,10)", "softmax"] });
  const artifacts = async (place: string, ...args: string[]) => {
    mustBeDone(await runWith(small, place, "--quiet", ...args));
    return Object.keys(filesUnder(small.path(`${place}/c/artifacts`)));
  };
  const alone = await artifacts("one", "--threads", "1");
  assertEquals(await artifacts("three", "--threads", "3"), alone);
  assertEquals(runOf(small, "three").threads, 3);
  assertEquals(await artifacts("default"), alone);
  assertEquals(runOf(small, "default").threads, Math.min(navigator.hardwareConcurrency, 256));
});

Deno.test("--threads goes with native kernels only, and takes 1 to 256", async () => {
  using small = makeSmallDataset();
  for (const command of ["run", "reproduce"]) {
    const other = await retrace(command, small.config, "--kernels", "wasm", "--threads", "2");
    assertEquals(other.code, 2);
    assertStringIncludes(other.stderr, "--threads 2 needs native kernels, but --kernels wasm was given.");
    const none = await retrace(command, small.config, "--threads", "0");
    assertEquals(none.code, 2);
    assertStringIncludes(none.stderr, '--threads takes a number from 1 to 256, but was given "0".');
  }
});

Deno.test("kernels that do not exist are a usage error that lists those that do", async () => {
  for (const command of ["run", "reproduce"]) {
    const { code, stderr } = await retrace(command, "a", "b", "--kernels", "cuda");
    assertEquals(code, 2);
    assertStringIncludes(stderr, '--kernels takes one of native, wasm, plain, but was given "cuda".');
  }
});

Deno.test("a library that cannot be used gives a warning and WebAssembly, or an error if it was asked for", {
  ignore: !HAS_NATIVE,
}, async () => {
  using small = makeSmallDataset();
  const project = small.path("project");
  Deno.mkdirSync(project);
  copyProject(project);
  const folder = join(project, "core/kernels/built");
  const libraries = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".so"));
  const damages: ((file: string) => void)[] = [
    (file) => Deno.truncateSync(file, 20_000),
    (file) => Deno.truncateSync(file, 20),
    (file) => Deno.removeSync(file),
  ];
  for (const damage of damages) {
    for (const name of libraries) damage(join(folder, name));
    const refused = await runIn(project, small.config, "--kernels", "native", "--force", "train");
    assertEquals(refused.code, 1);
    assertMatch(refused.stderr, /^error: small.*kernels\.(x86-64-v2|aarch64)\.so.* Without --kernels, WebAssembly/);
    assert(!refused.stderr.includes("\n    at "), refused.stderr);
    const { code, stderr } = await runIn(project, small.config, "--force", "train");
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /^warning: .*kernels\.(x86-64-v2|aarch64)\.so.* WebAssembly computes instead.*\n$/);
    assertEquals(JSON.parse(Deno.readTextFileSync(join(project, "results/small/run.json"))).kernels, "wasm");
  }
  mustBeDone(await runIn(project, small.config, "--kernels", "wasm", "--force", "train"));
  const several = await runIn(project, small.config, "--seeds", "0..3", "--jobs", "2");
  assertEquals(several.stderr.match(/^warning: /gm)?.length, 1, several.stderr);
});
