/** Runs and commands that are known to be finished. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { join, relative, resolve } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { termsOf } from "../../../pipeline/define/terms.ts";
import { finalFigures } from "../../../pipeline/define/figure.ts";
import { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import { programFiles } from "../../../pipeline/engine/keys/code_map.ts";
import { codeOf } from "../code_of.ts";
import { statusOfInput } from "../../../pipeline/engine/files/entry.ts";
import { keepReceipt, type SeenFile } from "../../../pipeline/engine/keys/receipt.ts";
import type { Plain } from "../../../pipeline/engine/store/digest.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { readSettings } from "../../../pipeline/experiment/grid.ts";
import { seedPaths } from "../../../pipeline/experiment/schema.ts";
import { variantsOf } from "../../../pipeline/experiment/variants.ts";
import { summaryRows } from "../../../pipeline/results/summary_rows.ts";
import { keepKnownCommand, keepKnownRun, subjectOf } from "../../../pipeline/results/keep_known.ts";
import {
  type KnownRun,
  readKnownCommand,
  readKnownRun,
  type RunCommand,
  subjectOfCommand,
} from "../../../pipeline/results/known.ts";
import { runTitle } from "../../../pipeline/results/run_title.ts";
import { tickAfter } from "../engine/tamper.ts";
import { type WrittenRun, writtenRun } from "./written_run.ts";
import { readableFolders } from "../../../pipeline/experiment/folders.ts";

const code = await codeOf(classifier);
const pipeline = classifier;
const terms = termsOf(pipeline.figures, seedPaths(pipeline));
/** A check as late as this trusts every file that is there. */
const later = () => Date.now() + 10_000;

function variant(config: string, ...sets: string[]) {
  return variantsOf(pipeline, [config], readSettings(sets).settings)[0];
}

async function keep({ config, folder, run: { run, store } }: WrittenRun, since: number): Promise<void> {
  const subject = subjectOf(variant(config), { pipeline, code });
  assert(await keepKnownRun(subject, run, folder, { pipeline, store }, since));
}

function read({ config, folder, run }: WrittenRun, ...sets: string[]): Promise<KnownRun | null> {
  return readKnownRun(subjectOf(variant(config, ...sets), { pipeline, code }), folder, new Store(run.store.root));
}

Deno.test("readKnownRun() gives all that is said of a run when nothing has changed, and only for the same experiment", async () => {
  using written = await writtenRun();
  assertStrictEquals(await read(written), null);
  await keep(written, later());
  const { run } = written.run;
  const known = (await read(written))!;
  assertEquals(known.metrics, JSON.parse(JSON.stringify(finalFigures(run))));
  assertEquals([known.title, known.rows], [runTitle(pipeline, run.experiment), summaryRows(pipeline, run)]);
  assertEquals(known.stages.map(({ stage, key }) => [stage, key]), run.stages.map(({ stage, key }) => [stage, key]));
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

Deno.test("subjectOf() changes with the code of a stage, figure, chart, export or layer, and with that of the results", async () => {
  using written = await writtenRun();
  const subject = subjectOf(variant(written.config), { pipeline, code });
  for (
    const edited of [
      "classifier/stages/train.ts",
      "results/results.ts",
      "results/finish_run.ts",
      "results/summary_rows.ts",
      pipeline.figures[0].source,
      pipeline.charts[0].source,
      pipeline.exports[0].source,
      "layers/relu.ts",
    ]
  ) {
    const other = new CodeReader(code.map);
    const digest = other.digest.bind(other);
    const asked: string[] = [];
    other.digest = (sources) => {
      asked.push(...sources.filter((source) => source.endsWith(edited)));
      return sources.some((source) => source.endsWith(edited))
        ? { ...digest(sources), digest: "0".repeat(64) }
        : digest(sources);
    };
    assert(subjectOf(variant(written.config), { pipeline, code: other }) !== subject, edited);
    assert(asked.length > 0, edited);
  }
});

Deno.test("readKnownRun() reads one receipt, and writes nothing", async () => {
  using written = await writtenRun();
  await keep(written, later());
  const reads: string[] = [];
  const refuse = () => {
    throw new Error("A known run was written to.");
  };
  const disk = diskIo(written.run.store.root);
  const io = {
    ...disk,
    readInto: (path: string, ...how: [target: Uint8Array<ArrayBuffer>, start?: number]) => {
      reads.push(path);
      return disk.readInto(path, ...how);
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
  const known = await readKnownRun(subjectOf(variant(written.config), { pipeline, code }), written.folder, store);
  assertStrictEquals(known?.metrics.total, 128);
  assertEquals(reads.map((path) => path.split("/").at(-2)), ["receipts"]);
});

/** The modules that a module loads; those that only types are taken from are not among them. */
async function loadedBy(path: string): Promise<string[]> {
  const start = import.meta.resolve(path);
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", start] }).output();
  interface Module {
    specifier: string;
    dependencies?: { code?: { specifier?: string } }[];
  }
  const modules: Module[] = JSON.parse(new TextDecoder().decode(stdout)).modules;
  const loaded = new Set<string>();
  const visit = (specifier: string) => {
    if (loaded.has(specifier)) return;
    loaded.add(specifier);
    const { dependencies = [] } = modules.find((one) => one.specifier === specifier) ?? {};
    for (const { code } of dependencies) if (code?.specifier !== undefined) visit(code.specifier);
  };
  visit(start);
  return [...loaded];
}

Deno.test("reading receipts loads no definition, and figures load neither zod nor a stage", async () => {
  const known = await loadedBy("../../../pipeline/results/known.ts");
  assertEquals(known.filter((name) => /zod|\/classifier\/|\/define\//.test(name)), []);
  const figures = await loadedBy("../../../pipeline/classifier/figures.ts");
  assert(figures.length > 5);
  assertEquals(figures.filter((name) => /zod|\/stages\/|\/engine\/run\//.test(name)), []);
});

/** A store in which the file system says of one file that it is another than it was. */
function withOther(root: string, changed: string): Store {
  const disk = diskIo(root);
  const status = (path: string) => {
    const found = disk.status(path);
    return found && path === changed ? { ...found, inode: found.inode! + 1 } : found;
  };
  return new Store(root, { ...disk, status });
}

function variantsOfCommand({ files, set, seeds, data }: RunCommand) {
  return variantsOf(pipeline, files, readSettings(set, seeds).settings, (file) => readableFolders(file, data));
}

function keepCommand(command: RunCommand, root: string, since: number, data: readonly string[] = []): Promise<void> {
  const keeping = { pipeline, code, store: new Store(root) };
  const program = programFiles(pipeline.roots).map((path): SeenFile => [path, statusOfInput(path)!]);
  const variants = variantsOfCommand(command).map((one) => ({
    ...one,
    pins: { seen: data.map((path): SeenFile => [path, statusOfInput(path)]), advice: {}, open: [], kept: new Map() },
  }));
  return keepKnownCommand(command, variants, terms, "results", keeping, since, program);
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
  await keepCommand(command, root, later());
  await work(command, root, base);
}

Deno.test("readKnownCommand() gives the runs of the command that was kept, and of no other", async () => {
  await withKnownCommand(async (command, root) => {
    const store = new Store(root);
    const known = (await readKnownCommand(command, store))!;
    const variants = variantsOfCommand(command);
    assertEquals(known.runs.map(({ variant }) => variant), JSON.parse(JSON.stringify(variants)));
    assertEquals(known.runs.map(({ subject }) => subject), variants.map((one) => subjectOf(one, { pipeline, code })));
    assertEquals(known.terms, terms);
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
      await keepCommand(command, root, later());
      assert(await readKnownCommand(command, new Store(root)) !== null);
    }
  });
});

Deno.test("readKnownCommand() gives null when data was edited, removed or replaced, or has appeared", async () => {
  await withKnownCommand(async (command, root) => {
    const folder = join(root, "../pictures");
    const [picture, plain] = [join(folder, "a.png"), join(root, "../table.csv")];
    Deno.mkdirSync(folder);
    const changes: [change: () => void, undo: () => void][] = [
      [() => Deno.writeTextFileSync(picture, "b"), () => Deno.writeTextFileSync(picture, "a")],
      [() => Deno.removeSync(picture), () => Deno.writeTextFileSync(picture, "a")],
      [() => Deno.renameSync(`${picture}.new`, picture), () => Deno.writeTextFileSync(`${picture}.new`, "a")],
      [() => Deno.writeTextFileSync(join(folder, "b.png"), ""), () => Deno.removeSync(join(folder, "b.png"))],
      // The packed file was taken, because there was no plain one.
      [() => Deno.writeTextFileSync(plain, ""), () => Deno.removeSync(plain)],
    ];
    Deno.writeTextFileSync(picture, "a");
    Deno.writeTextFileSync(`${picture}.new`, "a");
    for (const [i, [change, undo]] of changes.entries()) {
      await keepCommand(command, root, later(), [folder, picture, plain]);
      assert(await readKnownCommand(command, new Store(root)) !== null);
      await tickAfter([folder, picture]);
      change();
      assertStrictEquals(await readKnownCommand(command, new Store(root)), null, String(i));
      undo();
    }
  });
});

Deno.test("readKnownCommand() gives null when any file of the program is another", async () => {
  await withKnownCommand(async (command, root) => {
    const files = programFiles(pipeline.roots);
    for (const path of files) assertStrictEquals(await readKnownCommand(command, withOther(root, path)), null, path);
    const names = files.map((path) => relative(Deno.cwd(), path));
    for (
      const name of [
        "pipeline/experiment/schema.ts",
        "core/kernels/kernels.wasm",
        "pipeline/cli/front/main.ts",
        "deno.lock",
      ]
    ) {
      assert(names.includes(name), name);
    }
  });
});

Deno.test("programFiles() has every file that the pipeline's code is made of, but for data", () => {
  const names = programFiles(pipeline.roots);
  const sources = [...pipeline.stages, ...pipeline.figures, ...pipeline.charts, ...pipeline.exports].map((one) =>
    one.source
  );
  // seenFiles() adds the data that code imports.
  const data = join(import.meta.dirname!, "../../../experiments/expected.json");
  assertEquals(code.filesOf(sources).filter((path) => !names.includes(path)), [data]);
});

Deno.test("keepKnownCommand() keeps nothing when an experiment is so young that it may change without a trace", async () => {
  await withKnownCommand(async (command, root) => {
    const young = { ...command, seeds: null };
    await keepCommand(young, root, Date.now());
    assertStrictEquals(await readKnownCommand(young, new Store(root)), null);
  });
});

Deno.test("readKnownCommand() and readKnownRun() give null for contents that they would not write", async () => {
  using written = await writtenRun();
  const store = new Store(join(written.folder, "..", "cache"));
  const command = { files: ["x.json"], set: [], seeds: null, data: [] };
  const place = subjectOfCommand(command);
  const good = JSON.parse(
    JSON.stringify({ runs: [{ subject: "s", variant: variant(written.config) }], terms, warnings: [] }),
  );
  const [asked] = good.runs;
  const withVariant = (change: object) => ({ ...good, runs: [{ ...asked, variant: { ...asked.variant, ...change } }] });
  const hostile: unknown[] = [
    ...[3, "x", {}, null, [], { runs: [] }, { ...good, runs: [] }, { ...good, runs: [null] }, { ...good, terms: 3 }],
    { ...good, warnings: [3] },
    ...[{ runName: 5 }, { runName: "../elsewhere" }, { experiment: {} }, { choices: 3 }].map(withVariant),
    { ...good, terms: { figures: [{ name: "accuracy" }], seeds: [] } },
    { ...good, terms: { figures: [], seeds: [3] } },
  ];
  for (const content of hostile) {
    await keepReceipt(store, { place, subject: place, content: content as Plain }, [], later());
    assertStrictEquals(await readKnownCommand(command, store), null, JSON.stringify(content));
  }
  await keepReceipt(store, { place, subject: place, content: good }, [], later());
  assert(await readKnownCommand(command, store) !== null);

  const run = { title: "t", rows: [], stages: [{ stage: "train", key: "k", bytes: 1, seconds: 1 }], metrics: {} };
  const runs = [
    ...[3, null, {}, { ...run, title: 3 }, { ...run, stages: 3 }, { ...run, stages: [null] }, { ...run, metrics: 3 }],
    { ...run, stages: [{ ...run.stages[0], bytes: "many" }] },
    { ...run, rows: [{ kind: "figure", name: "accuracy", text: 3 }] },
  ];
  const keepContent = (content: unknown) =>
    keepReceipt(store, { place: resolve(written.folder), subject: "s", content: content as Plain }, [], later());
  for (const content of runs) {
    await keepContent(content);
    assertStrictEquals(await readKnownRun("s", written.folder, store), null, JSON.stringify(content));
  }
  await keepContent(run);
  assertEquals(await readKnownRun("s", written.folder, store), run);
});
