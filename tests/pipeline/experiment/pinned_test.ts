/** What completes an experiment: digests of files that it does not give. */
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { z } from "zod";
import { ChecksumError, ConfigError } from "../../../pipeline/engine/run_errors.ts";
import type { PinContext } from "../../../pipeline/engine/stage/stage.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import type { Lock } from "../../../pipeline/experiment/lock_file.ts";
import { explained, pinned, type Pinning } from "../../../pipeline/experiment/pinned.ts";
import { variantsOf } from "../../../pipeline/experiment/variants.ts";
import { withExperiments } from "./experiments.ts";
import { toys, toyStage } from "./toy_pipeline.ts";
import { parseOverride } from "./parse_override.ts";

const [LOCAL, WEB, OTHER] = ["a", "b", "c"].map((digit) => digit.repeat(64));

interface Params {
  local?: string;
  web?: string;
}

/** The toy pipeline with a stage scale that has a local file and one on the web. */
const PIPELINE = {
  ...toys,
  stages: toys.stages.map((stage) =>
    stage.name !== "scale" ? stage : toyStage("scale", {
      local: z.string().optional(),
      web: z.string().optional(),
    }, {
      async pin({ local, web }: Params, _: unknown, context: PinContext): Promise<Params> {
        context.looksAt(join(import.meta.dirname!, "pinned_test.ts"));
        const get = () => Promise.resolve({ path: "", digest: "" });
        return { local: local ?? LOCAL, web: web ?? await context.locked("https://host/web", get) };
      },
    })
  ),
};

/** Completes variants of an experiment of which nothing is given; `fetched` has the addresses that were fetched. */
async function pin(
  { lock = null, fetches = true, scale = {}, seeds = [0] }: {
    lock?: Lock | null;
    fetches?: boolean;
    scale?: Params;
    seeds?: number[];
  },
) {
  const fetched: string[] = [];
  const pinning: Pinning = {
    lockOf: () => lock,
    foldersOf: () => [],
    fetch: fetches ? (address) => Promise.resolve((fetched.push(address), { sha256: WEB, size: 3 })) : null,
    fileOfRun: (_, run, name) => Promise.reject(new ConfigError(`no ${name} of ${run}`)),
    signal: new AbortController().signal,
    progress() {},
  };
  let result: ReturnType<typeof pinned> | undefined;
  withExperiments(({ write, good }) => {
    const experiment = good();
    experiment.pipeline.scale = scale;
    const settings = [{ path: "seed", values: seeds }];
    const variants = variantsOf(PIPELINE, [write("good.json", experiment)], settings);
    result = pinned(PIPELINE, variants, pinning);
  });
  return { ...await result!, fetched };
}

Deno.test("params and the experiment are completed alike, and what was given stays", async () => {
  const { experiments: [one], found, fetched } = await pin({ scale: { local: OTHER } });
  for (const scale of [one.params.scale, one.experiment.pipeline.scale]) {
    assertEquals<unknown>(scale, { local: OTHER, web: WEB });
  }
  assertEquals(Object.values(found), [{ "https://host/web": { sha256: WEB, size: 3 } }]);
  assertEquals(fetched, ["https://host/web"]);
  const [own, lock] = one.pins.seen;
  assertEquals([own[0].endsWith("pinned_test.ts"), own[1]?.kind], [true, "file"]);
  assertEquals([lock[0].endsWith("good.lock.json"), lock[1]], [true, null]);
});

Deno.test("what variants leave open alike is looked at once, and its statuses are shared", async () => {
  const { experiments, fetched } = await pin({ seeds: [0, 1, 2] });
  assertEquals([experiments.length, fetched.length], [3, 1]);
  assertEquals(new Set(experiments.map(({ pins }) => pins.seen)).size, 1);
});

Deno.test("a locked file is not fetched; one that a lock does not have is refused", async () => {
  const lock = { "https://host/web": { sha256: OTHER, size: 1 } };
  const { experiments: [{ params }], found, fetched } = await pin({ lock });
  assertEquals([params.scale.web, found, fetched], [OTHER, {}, []]);
  await assertRejects(() => pin({ lock: {} }), ConfigError, "good.lock.json does not lock https://host/web");
});

Deno.test("a file of a run is kept with what was looked at, for all variants that begin with it", async () => {
  const bytes = Uint8Array.of(1, 2, 3);
  let reads = 0;
  const pinning: Pinning = {
    lockOf: () => null,
    foldersOf: () => [],
    fetch: null,
    async fileOfRun({ experiment: { name } }, run, file, looksAt) {
      looksAt(`${name}/${run}/${file}`);
      return await Promise.resolve({ digest: OTHER, bytes: (reads++, bytes) });
    },
    signal: new AbortController().signal,
    progress() {},
  };
  const pipeline = {
    ...toys,
    stages: toys.stages.map((stage) =>
      stage.name !== "scale" ? stage : toyStage("scale", { local: z.string().optional() }, {
        async pin(_: Params, __: unknown, { fileOfRun }: PinContext): Promise<Params> {
          return { local: (await fileOfRun("first", "table")).digest };
        },
      })
    ),
  };
  let result: ReturnType<typeof pinned> | undefined;
  withExperiments(({ write, good }) => {
    const experiment = good();
    experiment.pipeline.scale = {};
    const variants = variantsOf(pipeline, [write("good.json", experiment)], [{ path: "seed", values: [0, 1] }]);
    result = pinned(pipeline, variants, pinning);
  });
  const { experiments } = await result!;
  assertEquals([experiments.length, reads], [2, 1]);
  for (const { params, pins } of experiments) {
    assertEquals([params.scale.local, pins.kept], [OTHER, new Map([[OTHER, bytes]])]);
    assertEquals(pins.seen, [["good/first/table", null]]);
  }
});

Deno.test("experiments with open addresses are completed later, and what was known is neither looked at again nor lost", async () => {
  let looks = 0;
  const pipeline = {
    ...toys,
    stages: toys.stages.map((stage) =>
      stage.name !== "scale" ? stage : toyStage("scale", { local: z.string().optional(), web: z.string().optional() }, {
        async pin({ local, web }: Params, _: unknown, context: PinContext): Promise<Params> {
          if (local === undefined) looks++;
          context.setHere({ place: context.data.length });
          const get = () => Promise.resolve({ path: "", digest: "" });
          return { local: local ?? LOCAL, web: web ?? await context.locked("https://host/web", get) };
        },
      })
    ),
  };
  const pinning: Pinning = {
    lockOf: () => null,
    foldersOf: () => ["own", "current", "passed"],
    fetch: null,
    fileOfRun: () => Promise.reject(new TypeError("no run")),
    signal: new AbortController().signal,
    progress() {},
  };
  let loaded: ReturnType<typeof loadExperiment> | undefined;
  withExperiments(({ write, good }) => {
    const experiment = good();
    experiment.pipeline.scale = {};
    loaded = loadExperiment(pipeline, write("good.json", experiment), []);
  });
  const known = await pinned(pipeline, [loaded!], pinning);
  assertEquals(known.experiments[0].pins.open, ["https://host/web"]);
  const fetch = () => Promise.resolve({ sha256: WEB, size: 3 });
  const { experiments: [one] } = await pinned(pipeline, known.experiments, { ...pinning, fetch });
  assertEquals([looks, one.pins.open, Object.keys(one.pins.advice)], [1, [], [LOCAL, WEB]]);
  assertEquals<unknown>(one.params.scale, { local: LOCAL, web: WEB, place: 1 });
  assertEquals<unknown>(
    one.experiment.pipeline.scale,
    { local: LOCAL, web: WEB },
    "its results do not say where it was",
  );
});

Deno.test("what is not to be fetched stays open", async () => {
  const { experiments: [{ params, pins }], found, fetched } = await pin({ fetches: false });
  assertEquals([params.scale.web, pins.open, found, fetched], [undefined, ["https://host/web"], {}, []]);
  assertEquals((await pin({ fetches: false, scale: { web: WEB } })).experiments[0].pins.open, []);
});

Deno.test("other bytes are explained by where the digest comes from", async () => {
  const advice = async (digest: string, scale: Params = {}) => {
    const { experiments: [{ pins }] } = await pin({ scale });
    return (explained(new ChecksumError("It is wrong.", "Correct it.", digest), pins) as Error).message;
  };
  assertEquals(
    (await advice(WEB)).replace(/ \S*good/g, " good"),
    [
      "It is wrong. good.lock.json has locked it. If the new file is right, accept it:",
      "deno task run good.json --update-lock",
    ].join(" "),
  );
  assertEquals(await advice(LOCAL), "It is wrong. It has changed since the run began. Run the experiment again.");
  assertEquals(await advice(LOCAL, { local: LOCAL }), "It is wrong. Correct it.");
  assertEquals(await advice(OTHER), "It is wrong. Correct it.");
});

Deno.test("a folder that is left out is that of the file that names what is in it", () => {
  const pipeline = {
    ...toys,
    stages: toys.stages.map((stage) =>
      stage.name !== "scale"
        ? stage
        : toyStage("scale", { path: z.string().default("."), files: z.array(z.string()) }, {
          folders: ({ files }: { files: string[] }) => [{ at: ["path"], files, namedAt: ["files"] }],
        })
    ),
  };
  withExperiments(({ write, folder, good }) => {
    const experiment = good();
    experiment.pipeline.scale = { files: ["table"] };
    const base = write("sets/base.json", experiment);
    const top = write("top.json", { extends: "sets/base.json" });
    const folderIn = (file: string, ...sets: string[]) => {
      const { params, experiment } = loadExperiment(pipeline, file, sets.map(parseOverride));
      return [params.scale.path, experiment.pipeline.scale.path];
    };
    assertEquals(folderIn(base), [join(folder, "sets"), "."]);
    assertEquals(folderIn(top), [join(folder, "sets"), "sets"]);
    assertEquals(folderIn(top, 'scale.files=["other"]'), [join(folder, "sets"), "sets"]);
    assertEquals(folderIn(top, "scale.path=data"), [join(folder, "data"), "data"]);
  });
});
