/** `export` as the command line runs it. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { exported } from "../classifier/targets/exported_run.ts";
import { type WrittenRun, writtenRun } from "../results/written_run.ts";
import { commandElsewhere, filesUnder, mustBeDone, type Outcome, outcomeOf } from "./retrace.ts";

/** A folder to work in, with a run, and what exports its run there. */
async function workplace() {
  const written = await writtenRun();
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "retrace-exporting-" }));
  const cache = written.run.store.root;
  return {
    written,
    folder,
    at: (name: string) => join(folder, name),
    exportRun: (...args: string[]) => exportIn(folder, written, ["--cache", cache, ...args]),
    [Symbol.dispose]() {
      written[Symbol.dispose]();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

function exportIn(folder: string, { folder: run }: WrittenRun, args: string[]): Promise<Outcome> {
  return outcomeOf(commandElsewhere(["export", run, ...args]), { NO_COLOR: "1" }, folder);
}

function assertFailed({ code, stdout, stderr }: Outcome, expected: number, message: string): void {
  assertEquals({ code, stdout }, { code: expected, stdout: "" }, stderr);
  assertStringIncludes(stderr, message);
  assert(!stderr.includes("\n    at "), stderr);
}

Deno.test("export writes the files of a target into a folder of its own, and says how to begin", async () => {
  using place = await workplace();
  const first = await place.exportRun("--to", "pytorch", "--check");
  mustBeDone(first);
  const files = await exported(place.written.run.run, "pytorch");
  const { "export.json": _, ...found } = filesUnder(place.at("small-pytorch"));
  assertEquals(found, Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOfBytes(bytes)])));
  assertMatch(first.stdout, /^small-pytorch\/ {2}model\.py, .*\n {2}model\.py +\d/);
  assertMatch(first.stdout, /\n {2}python3 small-pytorch\/model\.py --check\n$/);
  assertEquals([...Deno.readDirSync(place.folder)].map(({ name }) => name), ["small-pytorch"]);

  // Again, without the test set, and as JSON.
  const again = await place.exportRun("--to", "pytorch", "--json");
  mustBeDone(again);
  assertEquals(JSON.parse(again.stdout), {
    ...{ run: "small", target: "pytorch", folder: "small-pytorch" },
    files: ["model.py", "weights.safetensors", "normalize.npy", "export.json"],
  });
  assertEquals(Object.keys(filesUnder(place.at("small-pytorch"))).sort(), JSON.parse(again.stdout).files.sort());
  mustBeDone(await place.exportRun("--to", "tensorboard", "--out", "new/deep/"));
  assertEquals(Object.keys(filesUnder(place.at("new"))), ["deep/events.out.tfevents.0.retrace", "deep/export.json"]);
});

Deno.test("export says what is wrong with a call, a run, a cache or a folder, and changes nothing", async () => {
  using place = await workplace();
  Deno.mkdirSync(place.at("mine"));
  Deno.writeTextFileSync(place.at("mine/model.onnx"), "mine");
  const before = filesUnder(place.folder);
  assertFailed(await place.exportRun(), 2, "export takes --to TARGET, one of:\n  pytorch  ");
  assertFailed(await place.exportRun("--to", "pytroch"), 2, 'There is no target "pytroch". Did you mean "pytorch"?');
  const taken = `no export has written ${join("mine", "model.onnx")}. Move it away, or choose --out FOLDER.`;
  assertFailed(await place.exportRun("--to", "onnx", "--out", "mine"), 2, taken);
  const inUse = "--out takes a folder to replace, so not the current one";
  assertFailed(await place.exportRun("--to", "onnx", "--out", "."), 2, inUse);
  const empty = await place.exportRun("--to", "onnx", "--cache", place.at("none"));
  assertFailed(
    empty,
    1,
    `${place.at("none")} does not have what the stage download of small has computed. Run its experiment again`,
  );
  const gone = await outcomeOf(commandElsewhere(["export", "gone", "--to", "onnx"]), { NO_COLOR: "1" }, place.folder);
  assertFailed(gone, 1, "There are no results of gone");
  const metrics = place.written.path("metrics.json");
  Deno.writeTextFileSync(metrics, Deno.readTextFileSync(metrics).replace("accuracy", "Accuracy"));
  assertFailed(await place.exportRun("--to", "onnx"), 1, `${metrics} was edited since: it is not what the run wrote.`);
  assertEquals(filesUnder(place.folder), before);
});

const MINE = `import { defineLayer, defineTarget, reluOp } from "retrace";

export const mine = defineLayer({ name: "mine", shape: (input) => input, forward: ({ tape, x }) => tape.apply(reluOp, [x]) });

/** Says where it could write. */
export const spy = defineTarget({
  name: "spy",
  from: "checkpoint",
  write({ name, epochs }) {
    const places = ["elsewhere.txt", "small-spy.txt", "results/small/metrics.json"].filter((path) => {
      try {
        Deno.writeTextFileSync(path, "");
        return true;
      } catch {
        return false;
      }
    });
    return { "seen.json": new TextEncoder().encode(JSON.stringify({ name, epochs, places })) };
  },
});
`;

Deno.test("an experiment brings a target and a layer: the target may write only its folder, the layer is asked how it is written", async () => {
  using small = makeSmallDataset({ train: 64, test: 32, epochs: 1, model: ["linear(784,10)", "mine", "softmax"] });
  small.write("mine.ts", MINE);
  const config = small.write("small.json", { uses: ["./mine.ts"], ...small.experiment });
  const call = (...args: string[]) => outcomeOf(commandElsewhere(args), { NO_COLOR: "1" }, small.folder);
  const run = await call("run", config, "--quiet");
  assertEquals(run.code, 0, run.stderr);
  mustBeDone(await call("export", "small", "--to", "spy"));
  const seen = JSON.parse(Deno.readTextFileSync(small.path("small-spy/seen.json")));
  assertEquals(seen, { name: "small", epochs: 1, places: [] });
  const message = 'Layer 1 mine does not say how it is written for PyTorch. Add the field "torch"';
  assertFailed(await call("export", "small", "--to", "pytorch"), 1, message);
  small.write("mine.ts", MINE.replaceAll('"checkpoint"', '"checkpiont"'));
  assertFailed(await call("export", "small", "--to", "spy"), 1, "small has no checkpiont, which the target spy needs.");
  assertStringIncludes(
    (await call("run", config)).stderr,
    '"spy" is computed from "checkpiont", which no stage outputs',
  );
});
