import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import { wire } from "../../../pipeline/engine/stage/stage_graph.ts";
import { eachStep } from "../../../pipeline/engine/stage/kind.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { digestOfPlain } from "../../../pipeline/engine/store/digest.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { runAll, withCache, wordsOf } from "./bench.ts";
import { bytesKind, foldStage } from "./toys.ts";

const [state, mark, last] = ["state", "mark", "last"].map(bytesKind);
const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const source = new URL("./toys.ts", import.meta.url).href;

/** A fold, "train", and one that follows it, "judge", like training and its evaluation. */
function stagesOf(log: (work: string) => void): Stage[] {
  const train = foldStage({
    ...{ name: "train", version: 1, about: "Computes states.", source, stepName: "epoch" },
    params: z.object({ epochs: z.int(), rate: z.number() }),
    inputs: {},
    outputs: {},
    each: { state },
    lastStep: ({ epochs }) => epochs,
    stepParams: ({ rate }) => ({ rate }),
    async *run({ params: { epochs, rate } }, resume) {
      log("train begins");
      let value = resume === null ? "start" : decode(resume.outputs.state.bytes());
      for (let epoch = (resume?.step ?? -1) + 1; epoch <= epochs; epoch++) {
        log(`train ${epoch}`);
        // The first state is the same for every rate, like initial weights.
        value = await Promise.resolve(digestOfPlain(epoch === 0 ? "start" : [value, rate]));
        yield { state: encode(value) };
      }
      log("train ends");
      return {};
    },
  });
  const judge = foldStage({
    ...{ name: "judge", version: 1, about: "Evaluates states.", source, stepName: "epoch" },
    params: z.object({ strict: z.boolean() }),
    inputs: { state: eachStep(state) },
    outputs: { last },
    each: { mark },
    stepParams: (params) => params,
    async *run({ params, inputs }, resume) {
      log("judge begins");
      let epoch = resume?.step ?? -1;
      while (++epoch < inputs.state.length) {
        log(`judge ${epoch}`);
        yield await Promise.resolve({ mark: encode(`${decode(inputs.state[epoch].bytes())} ${params.strict}`) });
      }
      log("judge ends");
      return { last: encode(`last ${decode(inputs.state[inputs.state.length - 1].bytes())}`) };
    },
  });
  return [train as unknown as Stage, judge as unknown as Stage];
}

interface Options {
  epochs?: number;
  rate?: number;
  strict?: boolean;
  forced?: string[];
  log?: (work: string) => void;
}

async function run(cache: string, { epochs = 2, rate = 1, strict = true, forced = [], log }: Options = {}) {
  const work: string[] = [];
  const stages = stagesOf((piece) => {
    work.push(piece);
    log?.(piece);
  });
  const results = await runAll({
    graph: wire(stages),
    params: { train: { epochs, rate }, judge: { strict } },
    store: new Store(cache),
    forced: new Set(forced),
  });
  const cues = Object.fromEntries(results.map(({ stage, cues }) => [stage, cues]));
  const digests = results.map(({ record: { outputs, each } }) => ({ outputs, each }));
  return { work, results, cues, digests, actions: results.map(({ action }) => action) };
}

async function straight(options: Options) {
  let digests: unknown;
  await withCache(async (cache) => {
    digests = (await run(cache, options)).digests;
  });
  return digests;
}

const steps = (...epochs: number[]) => epochs.flatMap((epoch) => [`train ${epoch}`, `judge ${epoch}`]);

Deno.test("runStages() does step e of a follower before step e + 1 of its leader", async () => {
  await withCache(async (cache) => {
    const { work, actions, results } = await run(cache);
    assertEquals(work, [
      ...["train begins", "train 0", "judge begins", "judge 0", ...steps(1, 2)],
      ...["judge ends", "train ends"],
    ]);
    assertEquals(actions, ["run", "run"]);
    assertEquals(results.map(({ steps }) => steps?.seconds.length), [3, 3]);
    assertEquals((await run(cache)).work, []);
  });
});

Deno.test("runStages() continues in lockstep if both folds have fewer stored steps than requested", async () => {
  await withCache(async (cache) => {
    await run(cache, { epochs: 1 });
    const longer = await run(cache, { epochs: 3 });
    assertEquals(longer.work, [
      ...["train begins", "train 2", "judge begins", "judge 2", ...steps(3)],
      ...["judge ends", "train ends"],
    ]);
    assertEquals(longer.actions, ["continue", "continue"]);
    const outcome = { ...longer, keys: {}, differs: [] } as unknown as Parameters<typeof wordsOf>[0];
    assertEquals(wordsOf(outcome, "train"), ["epochs: 1 → 3", "epochs up to 1 of 3 are stored"]);
    assertEquals(longer.digests, await straight({ epochs: 3 }));
  });
});

Deno.test("runStages() runs only the follower if only its params changed", async () => {
  await withCache(async (cache) => {
    await run(cache);
    const other = await run(cache, { strict: false });
    assertEquals(other.work, ["judge begins", "judge 0", "judge 1", "judge 2", "judge ends"]);
    assertEquals(other.actions, ["hit", "run"]);
    assertEquals(other.digests, await straight({ strict: false }));
  });
});

Deno.test("runStages() takes the follower's steps from the store if the leader outputs the same bytes again", async () => {
  await withCache(async (cache) => {
    const first = await run(cache);
    const forced = await run(cache, { forced: ["train"] });
    assertEquals(forced.work, ["train begins", "train 0", "train 1", "train 2", "train ends"]);
    assertEquals(forced.actions, ["run", "hit"]);
    assertEquals(forced.digests, first.digests);
  });
});

Deno.test("runStages() shares only the steps that two runs have in common", async () => {
  await withCache(async (cache) => {
    await run(cache, { rate: 1 });
    const other = await run(cache, { rate: 2 });
    assertEquals(other.work, [
      ...["train begins", "train 0", "train 1", "judge begins", "judge 1", ...steps(2)],
      ...["judge ends", "train ends"],
    ]);
    assertEquals(other.digests, await straight({ rate: 2 }));
  });
});

for (const at of ["train 2", "judge 2", "judge 0", "judge ends", "train ends"]) {
  Deno.test(`runStages() continues from the stored steps of both folds after a run was interrupted at "${at}"`, async () => {
    await withCache(async (cache) => {
      const log = (work: string) => {
        if (work === at) throw new RangeError("broken off");
      };
      await assertRejects(() => run(cache, { log }), RangeError, "broken off");
      const again = await run(cache);
      assertEquals(again.digests, await straight({}));
      const done = again.work.filter((work) => /\d/.test(work));
      const all = ["train 0", "judge 0", "train 1", "judge 1", "train 2", "judge 2"];
      const from = all.includes(at) ? all.indexOf(at) : all.length;
      assertEquals(done, all.slice(from));
      // Whichever fold begins first, the last to begin ends first.
      const open: string[] = [];
      for (const [name, what] of again.work.map((work) => work.split(" "))) {
        if (what === "begins") open.push(name);
        if (what === "ends") assertEquals(name, open.pop());
      }
    });
  });
}

Deno.test("runStages() ends both folds, the last to begin first, if one of them throws", async () => {
  await withCache(async (cache) => {
    const freed: string[] = [];
    const stages = stagesOf(() => {}).map((stage) => {
      if (stage.kind !== "fold") return stage;
      const { run } = stage;
      return {
        ...stage,
        async *run(...given: Parameters<typeof run>) {
          try {
            return yield* run(...given);
          } finally {
            freed.push(stage.name);
          }
        },
      };
    });
    const judge = stages[1] as Stage & { kind: "fold" };
    stages[1] = { ...judge, each: { mark, more: bytesKind("more") } };
    const params = { train: { epochs: 2, rate: 1 }, judge: { strict: true } };
    await assertRejects(
      () => runAll({ graph: wire(stages), params, store: new Store(cache) }),
      DefinitionError,
      "declares",
    );
    assertEquals(freed, ["judge", "train"]);
  });
});

Deno.test("runStages() says what was missing when a leader and its follower compute damaged steps again", async () => {
  await withCache(async (cache) => {
    await run(cache);
    Deno.removeSync(`${cache}/artifacts`, { recursive: true });
    const again = await run(cache);
    for (const stage of ["train", "judge"]) {
      const kinds = again.cues[stage].map(({ kind }) => kind);
      assertEquals([...new Set(kinds)], ["damaged"], stage);
    }
    assertEquals((await run(cache)).actions, ["hit", "hit"]);
  });
});

const tail = bytesKind("tail");

/** A fold of `count` steps that outputs `name` at every step, and `tail` at the end. */
function countingFold(name: string, count: number): Stage {
  const kind = bytesKind(name);
  return foldStage({
    ...{ name: `make ${name}`, version: 1, about: "Counts.", source, stepName: "step" },
    params: z.object({}),
    inputs: {},
    outputs: { tail },
    each: { [name]: kind },
    lastStep: () => count - 1,
    stepParams: (params) => params,
    async *run(_, resume) {
      for (let step = (resume?.step ?? -1) + 1; step < count; step++) {
        yield await Promise.resolve({ [name]: encode(`${name} ${step}`) });
      }
      return { tail: encode(`${name} tail`) };
    },
  }) as unknown as Stage;
}

/** A fold that outputs, for every step of its lists, how many steps it had before. */
function readingFold(inputs: Record<string, unknown>): Stage {
  return foldStage({
    ...{ name: "read", version: 1, about: "Reads.", source, stepName: "step" },
    params: z.object({}),
    inputs: inputs as Record<string, never>,
    outputs: { last },
    each: { mark },
    stepParams: (params) => params,
    async *run({ inputs }, resume) {
      const lists = Object.values(inputs as Record<string, unknown>).filter(Array.isArray) as unknown[][];
      let step = resume?.step ?? -1;
      while (++step < Math.min(...lists.map(({ length }) => length))) {
        yield await Promise.resolve({ mark: encode(`mark ${step}`) });
      }
      return { last: encode(Object.keys(inputs).join()) };
    },
  }) as unknown as Stage;
}

for (
  const [what, leaders, inputs, steps] of [
    ["two leaders of different length", [countingFold("a", 3), countingFold("b", 5)], ["a", "b"], 3],
    ["two leaders, the longer one first", [countingFold("b", 5), countingFold("a", 3)], ["a", "b"], 3],
    ["a leader whose final output it reads as well", [countingFold("a", 3)], ["a", "tail"], 3],
  ] as const
) {
  Deno.test(`runStages() runs a fold that follows ${what}`, async () => {
    await withCache(async (cache) => {
      const specs = inputs.map((name) => [name, name === "tail" ? tail : eachStep(bytesKind(name))]);
      const stages = [...leaders, readingFold(Object.fromEntries(specs))];
      const graph = wire(stages);
      const params = Object.fromEntries(stages.map(({ name }) => [name, {}]));
      const first = await runAll({ graph, params, store: new Store(cache) });
      assertEquals(first.at(-1)!.record.each!.mark.length, steps);
      const again = await runAll({ graph, params, store: new Store(cache) });
      assertEquals(again.map(({ action, key }) => [action, key]), first.map(({ key }) => ["hit", key]));
    });
  });
}
