/**
 * The npm package, as its users have it: built, installed from a registry on this machine into an empty home with nothing
 * but Node, and used. It has the same keys as the clone.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, join } from "node:path";
import { digestOfBytes } from "../../../../pipeline/engine/store/digest.ts";
import { mustBeDone, type Outcome, PROJECT, retrace } from "../retrace.ts";
import { nodeOnly, type Place, run, start, startRegistry, withDeno } from "./node_only.ts";
import { writeOwnModule } from "./own_module.ts";

const CONFIG = "experiments/two-layer.json";
const STAGES = ["download", "tensorize", "normalize", "batch", "train", "validate"];
/** Milliseconds until a run is known to have nothing to do. */
const MAX_WAIT = 60_000;
/** Milliseconds after Ctrl-C. The promise is a second; a machine with much to do may take longer to end a process. */
const MAX_STOP = 5000;
/** A user who may not write what others have installed. */
const NOBODY = 65534;

/** What a run printed about its stages: "hit", "run" or "continue". */
function decisions({ stdout }: Outcome): Record<string, string> {
  return Object.fromEntries(
    [...stdout.matchAll(/^ {2}(\w+) +(hit|run|continue|depends)\b/gm)].map(([, ...pair]) => pair),
  );
}

function all(decision: string, stages = STAGES): Record<string, string> {
  return Object.fromEntries(stages.map((stage) => [stage, decision]));
}

Deno.test("the npm package is installed and used with nothing but Node, and has the keys of the clone", async (t) => {
  const folder = Deno.makeTempDirSync();
  Deno.chmodSync(folder, 0o755);
  try {
    const archive = await build(folder);
    await using registry = await startRegistry(archive);
    await useEverywhere(t, nodeOnly(folder, registry.url), archive);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** Builds it twice, and returns the path. */
async function build(folder: string): Promise<string> {
  const outcomes = await Promise.all(["1", "2"].map((name) => retrace("build", "--package", join(folder, name))));
  outcomes.forEach(mustBeDone);
  const [first, second] = outcomes.map(({ stdout }) => stdout.trim());
  assertMatch(basename(first), /^retrace-ml-\d+\.\d+\.\d+\.tgz$/);
  assertEquals(digestOfBytes(Deno.readFileSync(first)), digestOfBytes(Deno.readFileSync(second)));
  return first;
}

async function useEverywhere(t: Deno.TestContext, place: Place, archive: string): Promise<void> {
  const installed = join(place.cwd, "node_modules/retrace-ml");
  const shared = ["--cache", join(place.cwd, "../cache")];
  const npx = (...args: string[]) => run(place, "npx", "retrace", ...args);
  const short = (lr: number, ...more: string[]) => {
    const values = ["--set", "train.epochs=1", "--set", `train.optimizer.lr=${lr}`];
    return ["run", CONFIG, ...values, ...shared, ...more];
  };

  await t.step("npm installs it, and no package that would be compiled", async () => {
    mustSucceed(await run(place, "npm", "install", "--no-audit", "--no-fund", "retrace-ml"));
    const packages = [...Deno.readDirSync(join(place.cwd, "node_modules"))].map(({ name }) => name);
    assert(packages.includes("deno") && !packages.includes("canvas"), packages.join(" "));
    const { version } = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json")));
    assertMatch((await npx("--version")).stdout, new RegExp(`^retrace ${version} \\(deno 2\\.`));
  });

  await t.step("a run has the results of the clone, in the folder where it is typed", async () => {
    const done = await npx(...short(0.001));
    mustBeDone(done);
    assertEquals(decisions(done), all("run"));
    const names = [...Deno.readDirSync(place.cwd)].map(({ name }) => name).sort();
    assertEquals(names, ["node_modules", "package-lock.json", "package.json", "results"]);
    assertStringIncludes(done.stdout, "same bits as PyTorch");
  });

  await t.step("the clone hits what the package has stored, and the package what the clone has stored", async () => {
    const results = ["--results", join(place.cwd, "../clone")];
    assertEquals(decisions(await retrace(...short(0.001, ...results))), all("hit"));
    const other = await retrace(...short(0.002, ...results));
    assertEquals(decisions(other).train, "run");
    assertEquals(decisions(await npx(...short(0.002))), all("hit"));
  });

  await t.step("commands say what they are called in the package", async () => {
    const [help, explained, compared, reproduced] = await Promise.all([
      npx("--help"),
      npx("explain", CONFIG, "--set", "train.epochs=2", ...shared),
      npx("compare", "two-layer*"),
      npx("reproduce", "--help"),
    ]);
    assertStringIncludes(help.stdout, "  retrace run CONFIG…");
    assertEquals([help, reproduced].filter(({ stdout }) => /deno task|retrace (build|check)/.test(stdout)), []);
    assertEquals(decisions(explained).train, "continue");
    assertMatch(compared.stdout, /^lr=0\.001 .*94\.21 %/m);
    const picture = join(PROJECT, "docs/two-layer.png");
    const run = "two-layer@train.epochs=1,train.optimizer.lr=0.002";
    mustBeDone(await npx("predict", run, picture));
    mustBeDone(await npx("export", run, "--to", "onnx", ...shared));
    mustBeDone(await npx("cache", "list", ...shared));
  });

  await t.step("exit codes are those of the clone", async () => {
    const outcomes = await Promise.all([
      npx("nonsense"),
      npx("run", "missing.json"),
      npx("predict", "missing", "x.png"),
    ]);
    assertEquals(outcomes.map(({ code }) => code), [2, 2, 1], outcomes.map(({ stderr }) => stderr).join("\n"));
  });

  await t.step("a run with nothing to do starts no worker", async () => {
    const started = Date.now();
    // Files that were written in this very second could be changed unnoticed, so there is no receipt for them yet.
    for (let workers = 1; workers > 0;) {
      const { stdout, stderr } = await npx(...short(0.002, "--verbose"));
      assertStringIncludes(stdout, "unchanged");
      workers = stderr.split("worker: ").length - 1;
      assert(Date.now() < started + MAX_WAIT, stderr);
    }
  });

  await t.step("Ctrl-C stops it soon, whoever passes the signal on", async () => {
    for (const [signal, code] of [["INT", 130], ["TERM", 143]] as const) {
      for (const program of [["npx", "retrace"], ["node", join(installed, "bin/retrace.js")]]) {
        const child = start(place, ...program, ...short(0.003, "--set", "train.epochs=900"));
        const errors = new Response(child.stderr).text();
        await printed(child, /\btrain |batch /);
        await new Promise((resolve) => setTimeout(resolve, 500));
        const sent = performance.now();
        // As a terminal does it: to all of them.
        const target = program[0] === "npx" ? `-${child.pid}` : `${child.pid}`;
        await new Deno.Command("/bin/sh", { args: ["-c", `kill -${signal} ${target}`] }).output();
        const status = await child.status;
        assert(performance.now() - sent < MAX_STOP, `${performance.now() - sent} ms`);
        assertStringIncludes(await errors, `Stopped by SIG${signal}.`);
        if (program[0] === "node") assertEquals(status.code, code);
      }
    }
  });

  await t.step("code of a user's own has the keys that it has in the clone", async () => {
    mustSucceed(await run(place, "npm", "install", "--no-audit", "--no-fund", "--save-exact", "left-pad@1.3.0"));
    writeOwnModule(place.cwd, join(PROJECT, CONFIG));
    const done = await npx("run", "own/own.json", ...shared);
    mustSucceed(done);
    const [stages, expected] = [decisions(done), { same: "run", train: "run", validate: "run" }];
    assertEquals(stages, { ...all("hit"), ...expected });
    const own = join(place.cwd, "own/own.json");
    const explained = await retrace("explain", own, ...shared);
    assertEquals(decisions(explained), all("hit", [...STAGES, "same"]), explained.stdout + explained.stderr);
    const check = ["check", "--quiet", "--node-modules-dir=manual", join(place.cwd, "own/typed.ts")];
    mustSucceed(await run(withDeno(place), Deno.execPath(), ...check));
  });

  await t.step("init makes a folder whose experiment runs, and whose module has types", async () => {
    mustSucceed(await npx("init", "new"));
    const done = await npx("run", "new/experiments/first.json", "--set", "train.epochs=1", ...shared);
    mustSucceed(done);
    const { compilerOptions } = JSON.parse(Deno.readTextFileSync(join(place.cwd, "new/tsconfig.json")));
    assertEquals(
      compilerOptions.paths.retrace.map((path: string) => Deno.statSync(join(place.cwd, "new", path)).isFile),
      [true],
    );
  });

  await t.step("a program for Node runs an experiment", async () => {
    const program = [
      'import { runExperiment } from "retrace-ml";',
      `const options = ${JSON.stringify({ set: { "train.epochs": 1 }, cache: shared[1] })};`,
      `const [{ stages }] = await runExperiment("${CONFIG}", options);`,
      "console.log(stages.map(({ action }) => action).join());",
    ];
    Deno.writeTextFileSync(join(place.cwd, "program.mjs"), program.join("\n"));
    const { stdout, stderr } = await run(place, "node", "program.mjs");
    assertEquals(stdout, `${STAGES.map(() => "hit").join()}\n`, stderr);
  });

  await t.step("an edited file gives other keys, only where it takes part", async () => {
    const file = join(installed, "core/layers/relu.js");
    const text = Deno.readTextFileSync(file);
    Deno.writeTextFileSync(file, `${text}// Edited.\n`);
    const edited = await npx("explain", ...short(0.002).slice(1));
    assertEquals(decisions(edited), { ...all("hit"), train: "run", validate: "depends" }, edited.stderr);
    assertStringIncludes(edited.stdout, "core/layers/relu.ts changed");
    Deno.writeTextFileSync(file, text);
    assertEquals(decisions(await npx("explain", ...short(0.002).slice(1))), all("hit"));
  });

  await t.step("a package of another version, or one that is missing, is reported", async () => {
    const file = join(place.cwd, "node_modules/is-buffer/package.json");
    const text = Deno.readTextFileSync(file);
    Deno.writeTextFileSync(file, text.replace(/"version": "[^"]+"/, '"version": "1.0.0"'));
    const other = await npx("explain", CONFIG);
    assertEquals(other.code, 1);
    assertMatch(other.stderr, /^error: Retrace needs is-buffer [\d.]+, but 1\.0\.0 is installed\. Run npm install/);
    Deno.removeSync(file);
    assertMatch((await npx("explain", CONFIG)).stderr, /^error: Retrace needs is-buffer .* it is not installed/);
    Deno.writeTextFileSync(file, text);
  });

  await t.step("it runs from a folder that may not be written, without npm's install scripts", async () => {
    const [cwd, HOME] = ["reader", "reader/home"].map((name) => join(place.cwd, "..", name));
    for (const path of [cwd, HOME]) Deno.mkdirSync(path);
    mustSucceed(await run({ ...place, cwd }, "npm", "install", "--no-audit", "--ignore-scripts", archive));
    await new Deno.Command("chmod", { args: ["-R", "a-w", join(cwd, "node_modules")] }).output();
    for (const path of [cwd, HOME]) Deno.chmodSync(path, 0o777);
    const uid = Deno.uid() === 0 ? NOBODY : undefined;
    const reader = { cwd, env: { ...place.env, HOME }, uid };
    mustBeDone(await run(reader, "node_modules/.bin/retrace", "run", CONFIG, "--set", "train.epochs=1", "--quiet"));
    await new Deno.Command("chmod", { args: ["-R", "u+w", cwd] }).output();
  });

  await t.step("deno install -g installs it", async () => {
    const user = withDeno(place);
    mustSucceed(await run(user, "deno", "install", "--global", "--quiet", "-R", "--allow-run=deno", "npm:retrace-ml"));
    assertEquals(decisions(await run(user, "retrace", ...short(0.002, "--results", "other"))), all("hit"));
  });
}

/** npm and Deno may print warnings. */
function mustSucceed({ code, stderr }: Outcome): void {
  assertEquals(code, 0, stderr);
}

/** Waits until a process has printed something; the rest of what it prints is dropped. */
async function printed(child: Deno.ChildProcess, what: RegExp): Promise<void> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    if (!what.test(text)) continue;
    void (async () => {
      while (!(await reader.read()).done);
    })();
    return;
  }
  throw new Error(`It ended, and printed only ${JSON.stringify(text)}.`);
}
