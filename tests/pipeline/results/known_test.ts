/** Runs and commands that are known to be finished. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CodeReader, sourceFiles } from "../../../pipeline/engine/keys/code.ts";
import { parseOverride } from "../../../pipeline/experiment/override.ts";
import { variantsOf } from "../../../pipeline/experiment/variants.ts";
import { keepKnownCommand, keepKnownRun, subjectOf } from "../../../pipeline/results/keep_known.ts";
import {
  type KnownRun,
  readKnownCommand,
  readKnownRun,
  type RunCommand,
  subjectOfCommand,
} from "../../../pipeline/results/known.ts";
import type { Plain } from "../../../pipeline/engine/store/digest.ts";
import { keepReceipt } from "../../../pipeline/engine/keys/receipt.ts";
import { finalMetrics } from "../../../pipeline/results/summary.ts";
import { graph } from "../../../pipeline/classifier/stages/mod.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { tickAfter } from "../engine/tamper.ts";
import { type WrittenRun, writtenRun } from "./written_run.ts";

const code = new CodeReader(graph.map(({ source }) => source));
/** A check as late as this trusts every file that is there. */
const later = () => Date.now() + 10_000;

function variant(config: string, ...sets: string[]) {
  return variantsOf([config], sets.map(parseOverride), null)[0];
}

async function keep({ config, folder, run }: WrittenRun, since: number): Promise<void> {
  const one = variant(config);
  assert(await keepKnownRun(subjectOf(one, code), one, folder, run.summary.stages, run.store, since));
}

function read({ config, folder, run }: WrittenRun, ...sets: string[]): Promise<KnownRun | null> {
  return readKnownRun(subjectOf(variant(config, ...sets), code), folder, new Store(run.store.root));
}

Deno.test("readKnownRun() gives stages and figures when nothing has changed, and only for the same experiment", async () => {
  using written = await writtenRun();
  assertStrictEquals(await read(written), null);
  await keep(written, later());
  const { stages } = written.run.summary;
  const known = (await read(written))!;
  assertEquals(known.metrics, JSON.parse(JSON.stringify(finalMetrics(written.run.summary))));
  assertEquals(known.stages.map(({ stage, key }) => [stage, key]), stages.map(({ stage, key }) => [stage, key]));
  assertStrictEquals(await read(written, "train.epochs=1"), null);
  assertStrictEquals(await read(written, "about=other words"), null);
});

Deno.test("readKnownRun() gives null when a file of the results was changed or removed", async () => {
  using written = await writtenRun();
  for (const name of ["loss.png", "metrics.json", "run.json", "predictions.csv"]) {
    await keep(written, later());
    const path = written.path(name);
    await tickAfter([path]);
    const bytes = Deno.readFileSync(path);
    Deno.writeFileSync(path, bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)));
    assertStrictEquals(await read(written), null, name);
    Deno.removeSync(path);
    assertStrictEquals(await read(written), null, name);
    Deno.writeFileSync(path, bytes);
  }
});

Deno.test("readKnownRun() gives null when the code of a stage or of the report is another", async () => {
  using written = await writtenRun();
  await keep(written, later());
  for (const edited of ["stages/train.ts", "report/results.ts"]) {
    const other = new CodeReader(graph.map(({ source }) => source));
    const digest = other.digest.bind(other);
    other.digest = (source) => source.endsWith(edited) ? { ...digest(source), digest: "0".repeat(64) } : digest(source);
    const subject = subjectOf(variant(written.config), other);
    const known = await readKnownRun(subject, written.folder, written.run.store);
    assertStrictEquals(known, null, edited);
  }
});

Deno.test("readKnownRun() reads one receipt and metrics.json, and writes nothing", async () => {
  using written = await writtenRun();
  await keep(written, later());
  const reads: string[] = [];
  const refuse = () => {
    throw new Error("A known run was written to.");
  };
  const io = {
    ...diskIo,
    readInto: (path: string, target: Uint8Array<ArrayBuffer>) => {
      reads.push(path);
      return diskIo.readInto(path, target);
    },
    ...{
      writeDurably: refuse,
      writeWhile: refuse,
      copyDurably: refuse,
      rename: refuse,
      remove: refuse,
      makeFolder: refuse,
      note: refuse,
    },
  };
  const store = new Store(written.run.store.root, io);
  const known = await readKnownRun(subjectOf(variant(written.config), code), written.folder, store);
  assertStrictEquals(known?.metrics.total, 128);
  assertEquals(reads.map((path) => path.split("/").at(-2)), ["receipts"]);
});

/** A store in which the file system says of one file that it is another than it was. */
function withOther(root: string, changed: string): Store {
  const status = (path: string) => {
    const found = diskIo.status(path);
    return found && path === changed ? { ...found, inode: found.inode! + 1 } : found;
  };
  return new Store(root, { ...diskIo, status });
}

/** A command that asks for an experiment which extends another. */
async function withKnownCommand(work: (command: RunCommand, root: string, base: string) => Promise<void>) {
  using written = await writtenRun();
  const folder = join(written.folder, "..");
  const file = join(folder, "longer.json");
  const base = join(folder, "base.json");
  Deno.copyFileSync(written.config, base);
  Deno.writeTextFileSync(file, JSON.stringify({ extends: "base.json", pipeline: { train: { epochs: 3 } } }));
  const command = { files: [file], set: ["train.seed=7"], seeds: "0..1", data: [join(written.config, "..")] };
  const root = join(folder, "cache");
  const variants = variantsOf([file], command.set.map(parseOverride), [0, 1], command.data);
  await keepKnownCommand(command, variants, "results", new Store(root), code, later());
  await work(command, root, base);
}

Deno.test("readKnownCommand() gives the runs of the command that was kept, and of no other", async () => {
  await withKnownCommand(async (command, root) => {
    const store = new Store(root);
    const runs = (await readKnownCommand(command, store))!;
    const variants = variantsOf(command.files, command.set.map(parseOverride), [0, 1], command.data);
    assertEquals(runs.map(({ variant }) => variant), JSON.parse(JSON.stringify(variants)));
    assertEquals(runs.map(({ subject }) => subject), variants.map((one) => subjectOf(one, code)));
    const others = [{ set: [] }, { seeds: "0..2" }, { seeds: null }, { files: [...command.files, "x.json"] }, {
      data: [],
    }];
    for (const other of others) assertStrictEquals(await readKnownCommand({ ...command, ...other }, store), null);
    const here = Deno.cwd();
    Deno.chdir(root);
    try {
      assertStrictEquals(await readKnownCommand(command, new Store(".")), null, "elsewhere, a path is another file");
    } finally {
      Deno.chdir(here);
    }
  });
});

Deno.test("readKnownCommand() gives null when an experiment, or one that it extends, was edited", async () => {
  await withKnownCommand(async (command, root, base) => {
    for (const path of [command.files[0], base]) {
      await tickAfter([path]);
      const text = Deno.readTextFileSync(path);
      Deno.writeTextFileSync(path, text.replace('"epochs":', '"epochs": '));
      assertStrictEquals(await readKnownCommand(command, new Store(root)), null, path);
      const variants = variantsOf(command.files, command.set.map(parseOverride), [0, 1], command.data);
      await keepKnownCommand(command, variants, "results", new Store(root), code, later());
      assert(await readKnownCommand(command, new Store(root)) !== null);
    }
  });
});

Deno.test("readKnownCommand() gives null when any file of the program is another", async () => {
  await withKnownCommand(async (command, root) => {
    const files = sourceFiles();
    for (const path of files) assertStrictEquals(await readKnownCommand(command, withOther(root, path)), null, path);
    const names = files.map((path) => relative(Deno.cwd(), path));
    for (
      const name of [
        "pipeline/experiment/schema.ts",
        "core/kernels/kernels.wasm",
        "pipeline/cli/closing.ts",
        "deno.lock",
      ]
    ) {
      assert(names.includes(name), name);
    }
  });
});

Deno.test("sourceFiles() has every file that a stage's code is made of", () => {
  const names = sourceFiles().map((path) => relative(Deno.cwd(), path));
  for (const { source } of graph) {
    const files = Object.keys(code.digest(source).files).filter((name) => !name.startsWith("npm:"));
    assertEquals(files.filter((name) => !names.includes(name)), []);
  }
});

Deno.test("keepKnownCommand() keeps nothing when an experiment is so young that it may change without a trace", async () => {
  await withKnownCommand(async (command, root) => {
    const young = { ...command, seeds: null };
    const variants = variantsOf(command.files, command.set.map(parseOverride), null, command.data);
    await keepKnownCommand(young, variants, "results", new Store(root), code, Date.now());
    assertStrictEquals(await readKnownCommand(young, new Store(root)), null);
  });
});

Deno.test("sourceFiles() and CodeReader.filesOf() have files behind links, and outside of the program's folders", () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-code-" });
  const link = join("pipeline", "linked-for-a-test");
  try {
    Deno.writeTextFileSync(join(folder, "stage.ts"), 'import "./part.ts";\n');
    Deno.writeTextFileSync(join(folder, "part.ts"), "");
    const files = new CodeReader().filesOf(pathToFileURL(join(folder, "stage.ts")).href);
    assertEquals(files.sort(), [join(folder, "part.ts"), join(folder, "stage.ts")]);
    Deno.symlinkSync(folder, link);
    Deno.symlinkSync(folder, join(folder, "around"));
    Deno.symlinkSync("nowhere", join(folder, ".#part.ts"));
    const found = sourceFiles().map((path) => relative(Deno.cwd(), path));
    assert(found.includes(join(link, "part.ts")));
  } finally {
    Deno.removeSync(link);
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("readKnownCommand() and readKnownRun() give null for contents that they would not write", async () => {
  using written = await writtenRun();
  const store = new Store(join(written.folder, "..", "cache"));
  const command = { files: ["x.json"], set: [], seeds: null, data: [] };
  const place = subjectOfCommand(command);
  const [asked] = JSON.parse(JSON.stringify([{ subject: "s", variant: variant(written.config) }]));
  const withVariant = (change: Record<string, unknown>) => [{ ...asked, variant: { ...asked.variant, ...change } }];
  const hostile: unknown[] = [
    ...[3, "x", {}, null, [], [null], [{}], [{ subject: 1, variant: asked.variant }]],
    ...[{ runName: 5 }, { runName: "../elsewhere" }, { experiment: {} }].map(withVariant),
    withVariant({ experiment: { ...asked.variant.experiment, pipeline: { train: { model: ["evil(1)"] } } } }),
  ];
  for (const content of hostile) {
    await keepReceipt(store, { place, subject: place, content: content as Plain }, [], later());
    assertStrictEquals(await readKnownCommand(command, store), null, JSON.stringify(content));
  }
  await keepReceipt(store, { place, subject: place, content: [asked] }, [], later());
  assert(await readKnownCommand(command, store) !== null);

  const stage = { stage: "train", key: "k", bytes: 1, seconds: 1 };
  const runs = [3, null, {}, { stages: 3, metrics: "" }, { stages: [null], metrics: "" }, {
    stages: [{ ...stage, bytes: "many" }],
    metrics: "",
  }];
  for (const content of runs) {
    await keepReceipt(store, { place: resolve(written.folder), subject: "s", content: content as Plain }, [], later());
    assertStrictEquals(await readKnownRun("s", written.folder, store), null, JSON.stringify(content));
  }
});
