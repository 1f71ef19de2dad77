/** `explain`: what it says, in a real process over a real cache, and that the run then does so. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { commandOf, filesUnder, mustBeDone, outcomeOf, PROJECT, retrace } from "./retrace.ts";

interface Cue {
  kind: string;
  file?: string;
  path?: string;
  old?: unknown;
  new?: unknown;
}

/**
 * Runs a task of the project in `project`. Of a copy, the packages are elsewhere, and its lock need not be what they are:
 * nothing is installed.
 */
async function task(project: string, ...args: string[]) {
  const [program, run, ...rest] = commandOf(args);
  const ofCopy = rest.filter((arg) => arg !== "--node-modules-dir")
    .map((arg) => arg === "--allow-ffi=node_modules" ? "--allow-ffi" : arg);
  const outcome = await outcomeOf(
    [program, run, ...(project === PROJECT ? rest : ["--no-lock", ...ofCopy])],
    {},
    project,
  );
  mustBeDone(outcome);
  return outcome.stdout;
}

const runIn = (project: string, small: SmallDataset, ...args: string[]) =>
  task(project, "run", small.config, "--results", small.path("r"), "--cache", small.path("c"), ...args);
const explainIn = (project: string, small: SmallDataset, ...args: string[]) =>
  task(project, "explain", small.config, "--cache", small.path("c"), ...args);

const WHEN = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;

Deno.test("explain prints the reasons, with old and new values", async (t) => {
  using small = makeSmallDataset();
  await runIn(PROJECT, small, "--quiet");
  const before = filesUnder(small.folder);

  await t.step("when nothing changed", async () => {
    const lines = (await explainIn(PROJECT, small)).trimEnd().split("\n").slice(1);
    assertEquals(lines.length, 6);
    for (const line of lines) {
      assertMatch(
        line,
        new RegExp(`^ {2}[a-z]+ +hit {2}made ${WHEN} for small by Deno ${Deno.version.deno} \\(key [0-9a-f]{10}\\)$`),
      );
    }
  });

  await t.step("when a value changed", async () => {
    const text = await explainIn(PROJECT, small, "--set", "train.optimizer.lr=0.3");
    assertMatch(
      text,
      new RegExp(`  train +run +compared with the result made ${WHEN} for small .*\n +optimizer.lr: 0.1 → 0.3\n`),
    );
    assertMatch(text, / {2}validate +depends +waits for train; a hit if it produces the same bytes as before\n/);
  });

  await t.step("for one stage, and as JSON", async () => {
    const args = ["train", "--set", "train.epochs=4"];
    assertMatch(
      await explainIn(PROJECT, small, ...args),
      /^small@[^\n]*\n {2}train +continue [^\n]*\n +epochs: 2 → 4\n +epochs up to 2 of 4 are stored\n$/,
    );
    const { run, plan } = JSON.parse(await explainIn(PROJECT, small, ...args, "--json"));
    assertEquals([run, plan.length, plan[0].action], ["small@train.epochs=4", 1, "continue"]);
    assertEquals(plan[0].cues[0], { kind: "param", path: "epochs", old: 2, new: 4 });
    assertEquals(plan[0].nearest.by, "small");
    const dry = JSON.parse(await runIn(PROJECT, small, "--dry-run", "--json", "--set", "train.epochs=4"));
    assertEquals(dry.plan.find(({ stage }: { stage: string }) => stage === "train"), plan[0]);
  });

  assertEquals(filesUnder(small.folder), before, "nothing is written");

  await t.step("when an artifact is damaged, and when it is gone", async () => {
    const { stages } = JSON.parse(Deno.readTextFileSync(join(small.path("r"), "small", "manifest.json")));
    const digest: string = stages[2].outputs.moments;
    const path = join(small.path("c"), "artifacts", digest.slice(0, 2), digest);
    const bytes = Deno.readFileSync(path);
    Deno.chmodSync(path, 0o644);
    bytes[3] ^= 1;
    Deno.writeFileSync(path, bytes);
    const says = (found: string) => `stored moments (${digest.slice(0, 10)}) is ${found}: ${path}\n`;
    assertStringIncludes(await explainIn(PROJECT, small), says("damaged"));
    Deno.removeSync(path);
    assertStringIncludes(await explainIn(PROJECT, small), says("missing"));
    assertMatch(await runIn(PROJECT, small), /normalize +run .* is missing/);
    assertMatch(await explainIn(PROJECT, small, "normalize"), /normalize +hit/);
  });

  await t.step("when an input changed, and what changed it", async () => {
    const set = ["--set", "normalize.mean=0.5"];
    // The stages up to train only: the run ends as a bad one.
    const bad = ["--set", "train.optimizer.lr=1e30", "--set", "train.loss.clamp=0"];
    await outcomeOf(
      commandOf(["run", small.config, "--results", small.path("r"), "--cache", small.path("c"), ...set, ...bad]),
    );
    const text = await explainIn(PROJECT, small, "train", ...set);
    assertMatch(
      text,
      /\n +input dataset\.table: [0-9a-f]{10} → [0-9a-f]{10} {2}← normalize\.table\n +normalize {2}mean: 0\.1307 → 0\.5\n$/,
    );
    assertMatch(await runIn(PROJECT, small, ...set), / {2}train +run .* normalize mean: 0\.1307 → 0\.5\n/);
  });
});

function append(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { append: true });
}

/** An edit of the project, the stage that it reaches first, and the cue that names it. */
const EDITS: Record<string, { make: (project: string) => void; stages: string[]; cue: Cue }> = {
  "a kernel's twin": {
    make: (project) => append(join(project, "core/kernels/plain_matrix.ts"), "\nexport const more = 1;\n"),
    stages: ["train", "validate"],
    cue: { kind: "code", file: "core/kernels/plain_matrix.ts" },
  },
  "a layer that the experiment names": {
    make: (project) => append(join(project, "core/layers/relu.ts"), "\nexport const more = 1;\n"),
    stages: ["train", "validate"],
    cue: { kind: "code", file: "core/layers/relu.ts" },
  },
  "the built kernels": {
    // A custom section without a name and content: the module stays what it does.
    make: (project) =>
      Deno.writeFileSync(join(project, "core/kernels/kernels.wasm"), new Uint8Array([0, 1, 0]), { append: true }),
    stages: ["train", "validate"],
    cue: { kind: "code", file: "core/kernels/kernels.wasm" },
  },
  "an imported JSON file": {
    make: (project) => Deno.writeTextFileSync(join(project, "pipeline/formats/extra.json"), "[2]"),
    stages: ["train", "validate"],
    cue: { kind: "code", file: "pipeline/formats/extra.json" },
  },
  "a stage's version": {
    make: (project) => edit(join(project, "pipeline/classifier/stages/batch.ts"), "version: 1", "version: 2"),
    stages: ["batch"],
    cue: { kind: "version", old: 1, new: 2 },
  },
};

Deno.test("explain names the file, and run runs the stages, after an edit of code that they import", async (t) => {
  using small = makeSmallDataset();
  const project = small.path("project");
  copyProject(project);
  // A format, which some stages import, gets a JSON file to import.
  Deno.writeTextFileSync(join(project, "pipeline/formats/extra.json"), "[1]");
  const format = join(project, "pipeline/formats/safetensors.ts");
  const text = Deno.readTextFileSync(format);
  Deno.writeTextFileSync(format, `import extra from "./extra.json" with { type: "json" };\nexport { extra };\n${text}`);
  await runIn(project, small, "--quiet");

  for (const [name, { make, stages, cue }] of Object.entries(EDITS)) {
    await t.step(name, async () => {
      make(project);
      const { plan } = JSON.parse(await explainIn(project, small, "--json")) as {
        plan: { stage: string; action: string; cues: Cue[] }[];
      };
      const withCue = plan.filter(({ cues }) =>
        cues.some((one) => Object.entries(cue).every(([field, value]) => one[field as keyof Cue] === value))
      );
      assertEquals(withCue.map(({ stage }) => stage), stages);
      assertEquals(withCue[0].action, "run");
      const before = plan.findIndex(({ stage }) => stage === stages[0]);
      assertEquals(plan.slice(0, before).map(({ action }) => action), plan.slice(0, before).map(() => "hit"));

      const told = JSON.parse(await runIn(project, small, "--json")).stages as { stage: string; action: string }[];
      const again = told.filter(({ action }) => action === "run").map(({ stage }) => stage);
      assertEquals(again, stages, "the edits change no bytes: what follows is a hit");
    });
  }
});

Deno.test("explain reads data from a folder that --data passes, as run does", async () => {
  using small = makeSmallDataset();
  const experiment = small.experiment;
  experiment.pipeline.download.source = { from: "file", path: "../data" };
  Deno.mkdirSync(small.path("apart"));
  const config = small.write("apart/small.json", experiment);
  const refused = await retrace("explain", config);
  assertEquals([refused.code, refused.stdout], [2, ""]);
  const [, advice] = /pass the folder: (--data \S+)/.exec(refused.stderr)!;
  const taken = await retrace("explain", config, "download", "--cache", small.path("c"), ...advice.split(" "));
  mustBeDone(taken);
  assertMatch(taken.stdout, /\n {2}download +run +no earlier run is stored\n$/);
});
