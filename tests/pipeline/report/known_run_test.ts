import { assertEquals, assertStrictEquals } from "@std/assert";
import { CodeReader } from "../../../pipeline/code.ts";
import { parseOverride } from "../../../pipeline/config/override.ts";
import { variantsOf } from "../../../pipeline/config/variants.ts";
import { keepKnownRun, type KnownRun, readKnownRun } from "../../../pipeline/report/known_run.ts";
import { finalMetrics } from "../../../pipeline/report/summary.ts";
import { graph } from "../../../pipeline/stages/mod.ts";
import { Store } from "../../../pipeline/store.ts";
import { diskIo } from "../../../pipeline/store_io.ts";
import { tickAfter } from "../engine/tamper.ts";
import { type WrittenRun, writtenRun } from "./written_run.ts";

const code = new CodeReader(graph.map(({ source }) => source));
/** A check as late as this trusts every file that is there. */
const later = () => Date.now() + 10_000;

function variant(config: string, ...sets: string[]) {
  return variantsOf([config], sets.map(parseOverride), null)[0];
}

function keep({ config, folder, run }: WrittenRun, since: number): void {
  keepKnownRun(variant(config), folder, run.summary.stages, run.store, code, since);
}

function read({ config, folder, run }: WrittenRun, ...sets: string[]): KnownRun | null {
  return readKnownRun(variant(config, ...sets), folder, new Store(run.store.root), code);
}

Deno.test("readKnownRun() gives stages and figures when nothing has changed, and only for the same experiment", async () => {
  using written = await writtenRun();
  assertStrictEquals(read(written), null);
  keep(written, later());
  const { stages } = written.run.summary;
  const known = read(written)!;
  assertEquals(known.metrics, JSON.parse(JSON.stringify(finalMetrics(written.run.summary))));
  assertEquals(known.stages.map(({ stage, key }) => [stage, key]), stages.map(({ stage, key }) => [stage, key]));
  assertStrictEquals(read(written, "train.epochs=1"), null);
  assertStrictEquals(read(written, "about=other words"), null);
});

Deno.test("readKnownRun() gives null when a file of the results was changed or removed", async () => {
  using written = await writtenRun();
  for (const name of ["loss.png", "metrics.json", "run.json", "predictions.csv"]) {
    keep(written, later());
    const path = written.path(name);
    await tickAfter([path]);
    const bytes = Deno.readFileSync(path);
    Deno.writeFileSync(path, bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)));
    assertStrictEquals(read(written), null, name);
    Deno.removeSync(path);
    assertStrictEquals(read(written), null, name);
    Deno.writeFileSync(path, bytes);
  }
});

Deno.test("readKnownRun() gives null when the code of a stage or of the report is another", async () => {
  using written = await writtenRun();
  keep(written, later());
  for (const edited of ["stages/train.ts", "report/results.ts"]) {
    const other = new CodeReader(graph.map(({ source }) => source));
    const digest = other.digest.bind(other);
    other.digest = (source) => source.endsWith(edited) ? { ...digest(source), digest: "0".repeat(64) } : digest(source);
    const known = readKnownRun(variant(written.config), written.folder, written.run.store, other);
    assertStrictEquals(known, null, edited);
  }
});

Deno.test("readKnownRun() reads one receipt and metrics.json, and writes nothing", async () => {
  using written = await writtenRun();
  keep(written, later());
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
    ...{ writeDurably: refuse, copyDurably: refuse, rename: refuse, remove: refuse, makeFolder: refuse, note: refuse },
  };
  const store = new Store(written.run.store.root, io);
  const known = readKnownRun(variant(written.config), written.folder, store, code);
  assertStrictEquals(known?.metrics.total, 128);
  assertEquals(reads.map((path) => path.split("/").at(-2)), ["receipts"]);
});
