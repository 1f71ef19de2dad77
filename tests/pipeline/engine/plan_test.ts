import { assertEquals, assertThrows } from "@std/assert";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo, readingOnly, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import { AgedIo } from "./aged_io.ts";
import {
  artifactPath,
  changed,
  digestOf,
  type Outcome,
  planManyToys,
  planToys,
  runToys,
  type Variation,
  withCache,
} from "./bench.ts";
import { damage, DAMAGES } from "./tamper.ts";
import { BIG } from "./toys.ts";

const flipped = DAMAGES["a bit flipped in the middle"];

/** A prepared cache, the requested run, and the expected actions of words, lower, grow and report. */
const CASES: Record<string, {
  prepare?: (cache: string, first: Outcome) => unknown;
  asked?: Variation;
  actions: string[];
}> = {
  "nothing changed": { actions: ["hit", "hit", "hit", "hit"] },
  "the first stage's param changed": {
    asked: { params: { words: { text: "Other" } } },
    actions: ["run", "depends", "depends", "depends"],
  },
  "a middle stage's param changed": {
    asked: { params: { lower: { mark: "!" } } },
    actions: ["hit", "run", "depends", "depends"],
  },
  "the fold is longer": { asked: { params: { grow: { rounds: 5 } } }, actions: ["hit", "hit", "continue", "depends"] },
  "the fold is shorter": { asked: { params: { grow: { rounds: 1 } } }, actions: ["hit", "hit", "continue", "depends"] },
  "the fold's steps changed": {
    asked: { params: { grow: { salt: { value: 8 } } } },
    actions: ["hit", "hit", "run", "depends"],
  },
  "a stage's version changed": {
    asked: { change: changed("report", { version: 2 }) },
    actions: ["hit", "hit", "hit", "run"],
  },
  "a stage is forced": { asked: { forced: ["lower"] }, actions: ["hit", "run", "depends", "depends"] },
  "the fold is forced": { asked: { forced: ["grow"] }, actions: ["hit", "hit", "run", "depends"] },
  "an artifact is damaged": {
    prepare: (cache, first) => damage(artifactPath(cache, digestOf(first, "lower", "small")), flipped),
    actions: ["hit", "run", "depends", "depends"],
  },
  "a step is damaged": {
    prepare: (cache, first) => damage(artifactPath(cache, digestOf(first, "grow", "state", 2)), flipped),
    actions: ["hit", "hit", "continue", "depends"],
  },
  "a record is damaged": {
    prepare: (cache, first) => damage(`${cache}/records/report/${first.keys.report}.json`, flipped),
    actions: ["hit", "hit", "hit", "run"],
  },
};

/** All files in a folder, with their bytes and the times that a write would change. */
function everything(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    const { mtime, ctime, ino } = Deno.statSync(path);
    found[path] = `${ino} ${mtime?.getTime()} ${ctime?.getTime()} ${isDirectory || Deno.readTextFileSync(path)}`;
    if (isDirectory) Object.assign(found, everything(path));
  }
  return found;
}

/** A file system that rejects every change. */
const untouchable = (cache: string): StoreIo => ({
  ...diskIo(cache),
  ...Object.fromEntries(
    ["writeDurably", "writeWhile", "copyDurably", "rename", "remove", "makeFolder", "note"].map((name) => [name, () => {
      throw new Error(`The plan calls ${name}.`);
    }]),
  ),
});

for (const [name, { prepare, asked, actions }] of Object.entries(CASES)) {
  Deno.test(`makePlanner() changes no file, and predicts the run, if ${name}`, async () => {
    await withCache(async (cache) => {
      await prepare?.(cache, await runToys(cache));
      if (prepare === undefined) await runToys(cache);
      const before = everything(cache);
      const plan = planToys(cache, { ...asked, io: untouchable(cache) });
      assertEquals(everything(cache), before);
      assertEquals(plan.map(({ action }) => action), actions);

      const run = await runToys(cache, asked);
      for (const { stage, action, key, cues, outputs, steps } of plan) {
        if (action === "depends") {
          assertEquals([key, cues, outputs], [null, [], null]);
          continue;
        }
        assertEquals([run.actions[stage], run.keys[stage], run.cues[stage]], [action, key, cues]);
        if (outputs !== null) assertEquals(outputs as unknown, run.digests[stage]);
        if (steps !== undefined && action === "continue") {
          const result = run.results.find((result) => result.stage === stage)!;
          assertEquals([result.steps!.first, steps.name], [steps.stored + 1, "round"]);
          assertEquals(result.record.each!.state.length, steps.wanted + 1);
        }
      }
    });
  });
}

Deno.test("makePlanner() makes no folder if nothing is stored", async () => {
  await withCache((cache) => {
    const plan = planToys(cache, { io: untouchable(cache) });
    assertEquals(plan.map(({ action }) => action), ["run", "depends", "depends", "depends"]);
    assertEquals(plan[0].cues, [{ kind: "first" }]);
    assertThrows(() => Deno.statSync(cache), Deno.errors.NotFound);
  });
});

Deno.test("makePlanner() does not remember the check of a large artifact", async () => {
  await withCache(async (cache) => {
    const params = { words: { repeat: BIG } };
    await runToys(cache, { params });
    const io = new AgedIo(cache);
    const actions = planToys(cache, { params, io }).map(({ action }) => action);
    assertEquals([actions, io.notes], [["hit", "hit", "hit", "hit"], []]);
    await runToys(cache, { params, io });
    assertEquals(io.notes.length, 3);
  });
});

Deno.test("a planner plans each of many runs as if it were the only one, and reads nothing twice for them", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    await runToys(cache, { params: { words: { text: "Other" } } });
    await runToys(cache, { params: { lower: { mark: "!" } } });
    const variants = [{}, { words: { text: "Third" } }, { lower: { mark: "?" } }, { lower: { mark: "!" } }];
    const seeds = Array.from({ length: 50 }, (_, i) => ({ grow: { salt: { value: 100 + i } } }));
    for (const forced of [[], ["lower"]]) {
      const reads = (all: (typeof variants[number] | typeof seeds[number])[]) => {
        const paths: string[] = [];
        const disk = diskIo(cache);
        const readInto: StoreIo["readInto"] = (path, ...how) => {
          if (disk.status(path) !== null) paths.push(path);
          return disk.readInto(path, ...how);
        };
        const plans = planManyToys(cache, all, { io: { ...disk, readInto }, forced });
        assertEquals(plans, all.map((params) => planToys(cache, { params, forced })));
        return paths.length;
      };
      reads(variants);
      assertEquals(reads(seeds), reads(seeds.slice(0, 1)));
    }
  });
});

Deno.test("readingOnly() does not change the file system", async () => {
  await withCache((cache) => {
    const store = new Store(cache);
    const { digest } = store.put(new Uint8Array(10));
    const before = everything(cache);
    const io = readingOnly(diskIo(cache));
    io.remove(artifactPath(cache, digest));
    io.makeFolder(`${cache}/checked`);
    io.note(`${cache}/checked`, "text");
    assertThrows(() => new Store(cache, io).put(new Uint8Array(11)), TypeError, "This store is read-only.");
    assertEquals(everything(cache), before);
    assertEquals(io.status(artifactPath(cache, digest))?.size, 10);
  });
});
