/** What people and strangers write: experiment files, records, digests, options. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { parseLayer } from "../../core/layers/model_layers.ts";
import { readCommandLine } from "../../pipeline/cli/command_line.ts";
import { flag, optional, repeatable } from "../../pipeline/cli/option.ts";
import { classifier } from "../../pipeline/classifier/pipeline.ts";
import { loadExperiment } from "../../pipeline/experiment/load.ts";
import { parseSeeds, readSettings } from "../../pipeline/experiment/grid.ts";
import { variantsOf } from "../../pipeline/experiment/variants.ts";
import { digestOfPlain, type Plain } from "../../pipeline/engine/store/digest.ts";
import { parseRecord, type StageRecord } from "../../pipeline/engine/keys/record.ts";
import { readExpected } from "../../pipeline/results/expected.ts";
import { fuzz, valueOrNull } from "./fuzz.ts";
import { damaged } from "./mutations.ts";

const EXPERIMENTS = join(import.meta.dirname!, "../../experiments");
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 2));
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Any JSON value, with the names that objects have of their own among its fields. */
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1, 1e308, 2 ** 53, "", "..", "relu", "linear(1,1)", "__proto__"),
    fc.string({ maxLength: 20 }),
    fc.double(),
    fc.array(tie("anything"), { maxLength: 5 }),
    fc.dictionary(
      fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("__proto__", "constructor", "name", "path")),
      tie("anything"),
      {
        maxKeys: 5,
      },
    ),
  ),
}));

/** Does `work` with a file of these bytes. */
function withFile<T>(bytes: Uint8Array, work: (path: string) => T): T {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-fuzz-" });
  try {
    const path = join(folder, "x.json");
    Deno.writeFileSync(path, bytes);
    return work(path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function mustBeComplete(bytes: Uint8Array): void {
  const loaded = withFile(bytes, (path) => valueOrNull(() => loadExperiment(classifier, path, [])));
  if (loaded === null) return;
  // What was loaded is complete: it loads again, and is the same.
  const again = withFile(encode(loaded.experiment), (path) => loadExperiment(classifier, path, []));
  assertEquals(again.experiment, loaded.experiment);
  assertEquals("polluted" in {}, false);
}

const experiments = ["two-layer", "manual-linear"].map((name) => Deno.readFileSync(join(EXPERIMENTS, `${name}.json`)));

fuzz("loadExperiment() of a damaged file", damaged(experiments), mustBeComplete);

/** A whole experiment in which one value, at any depth, is another. */
const TWO_LAYER = { ...JSON.parse(decode(experiments[0])), chain: classifier.chain };
const PLACES = placesIn(TWO_LAYER);

function placesIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([name, one]) => placesIn(one).map((rest) => [name, ...rest]))];
}

function changedAt(value: unknown, [name, ...rest]: readonly string[], other: unknown): unknown {
  if (name === undefined) return other;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[name] = changedAt(copy[name], rest, other);
  return copy;
}

fuzz("loadExperiment() of another value", fc.tuple(fc.constantFrom(...PLACES), anything), ([place, value]) => {
  mustBeComplete(encode(changedAt(TWO_LAYER, place, value)));
});

const path = fc.oneof(
  fc.constantFrom(...PLACES.map((place) => place.join(".")).filter((text) => text !== "")),
  fc.constantFrom(
    "train.model.0",
    "train.optimizer.lr",
    "seed",
    "name",
    "extends",
    "chain.0",
    "train.model.length",
    "train.model.-1",
  ),
  fc.array(fc.constantFrom("train", "model", "0", "__proto__", "constructor", "prototype", "", "length"), {
    maxLength: 4,
  })
    .map((parts) => parts.join(".")),
  fc.string({ maxLength: 20 }),
);
const overrides = fc.array(fc.tuple(path, fc.oneof(fc.string(), fc.json({ maxDepth: 3 }))), {
  minLength: 1,
  maxLength: 3,
});

fuzz("variantsOf() with overrides", overrides, (pairs) => {
  const variants = valueOrNull(() =>
    variantsOf(
      classifier,
      [join(EXPERIMENTS, "two-layer.json")],
      readSettings(pairs.map(([path, value]) => `${path}=${value}`)).settings,
    )
  );
  for (const { runName } of variants ?? []) assert(/^[A-Za-z0-9][A-Za-z0-9._()+@=,~-]*$/.test(runName), runName);
});

const seeds = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.,-]{0,24}$/), fc.stringMatching(/^\d{1,20}\.\.\d{1,20}$/));

fuzz("parseSeeds()", seeds, (text) => {
  const list = valueOrNull(() => parseSeeds(text)) ?? [0];
  assert(list.length > 0 && list.length <= Math.max(10_000, text.length) && list.every(Number.isSafeInteger));
});

fuzz("parseLayer()", fc.oneof(fc.string(), fc.stringMatching(/^linear\([\d ,]{0,40}\)$/)), (text) => {
  valueOrNull(() => parseLayer(text, classifier.layers));
});

const words = fc.array(
  fc.oneof(
    fc.constantFrom("--set", "--set=", "--quiet", "--seeds", "--", "-", "--no-quiet", "-h", "--__proto__=1"),
    fc.string(),
  ),
  { maxLength: 6 },
);

fuzz("readCommandLine()", words, (args) => {
  const options = {
    seeds: optional("LIST", "seeds"),
    set: repeatable("PATH=VALUE", "values"),
    quiet: flag("no output"),
  };
  const line = valueOrNull(() => readCommandLine(args, { name: "run", args: "[CONFIG…]", options }));
  if (line !== null) assert([...line.args, ...line.options.set].every((word) => typeof word === "string"));
});

const RECORD: StageRecord = {
  request: {
    stage: "train",
    version: 1,
    code: "c",
    params: { lr: 0.1 },
    inputs: { x: "1", each: ["1", "2"] },
    step: 3,
  },
  files: { "a.ts": "1" },
  outputs: { checkpoint: { digest: "a".repeat(64), size: 10 } },
  each: { metrics: [{ digest: "b".repeat(64), size: 3 }] },
  seconds: 1.5,
};
const sealed = (record: unknown) => encode({ seal: digestOfPlain(record as Plain), record });

fuzz("parseRecord() of a damaged file", damaged([sealed(RECORD)]), (bytes) => {
  const record = parseRecord(decode(bytes));
  if (record !== null) assertEquals(record, RECORD);
});

fuzz("parseRecord() of a forged record", fc.tuple(fc.constantFrom(...placesIn(RECORD)), anything), ([place, value]) => {
  const forged = JSON.parse(JSON.stringify(changedAt(RECORD, place, value)));
  const record = parseRecord(decode(sealed(forged)));
  if (record === null) return;
  const addresses = [...Object.values(record.outputs), ...Object.values(record.each ?? {}).flat()];
  assert(addresses.every(({ digest, size }) => /^[0-9a-f]{64}$/.test(digest) && size >= 0 && size <= 2 ** 32));
});

const KEPT = encode({
  experiments: {
    x: {
      experiment: { seed: 0, pipeline: {} },
      stages: { train: { outputs: {}, steps: [{ a: "1" }] } },
      files: { b: "2" },
    },
  },
});

fuzz("readExpected()", damaged([KEPT]), (bytes) => {
  withFile(bytes, (path) => valueOrNull(() => readExpected(path)));
});
