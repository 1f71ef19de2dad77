/** Explanations of misses: compared with the closest match, and traced to their cause. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Cue } from "../../../pipeline/engine/why/cues.ts";
import { briefly, describeCue } from "../../../pipeline/engine/why/cue_text.ts";
import { diskIo, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import { explainMiss } from "../../../pipeline/engine/why/nearest_record.ts";
import { keyOf, writeRecord } from "../../../pipeline/engine/keys/record.ts";
import { makeJob, requestOf } from "../../../pipeline/engine/keys/request.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import {
  changed,
  type Changes,
  digestOf,
  type Outcome,
  planToys,
  runToys,
  toyParams,
  TOYS_CODE,
  withCache,
  wordsOf,
} from "./bench.ts";
import { toyGraph } from "./toys.ts";

const short = (outcome: Outcome, stage: string, output: string) => digestOf(outcome, stage, output).slice(0, 10);

Deno.test("runStages() explains for every stage why it ran, and what changed its inputs", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    for (const stage of ["words", "lower", "grow", "report"]) {
      assertEquals(wordsOf(first, stage), ["no earlier run is stored"]);
    }
    const second = await runToys(cache, {
      params: { words: { text: "Other" }, grow: { salt: { value: 8 } } },
      change: changed("report", { version: 2 }),
    });
    const text = 'words text: "Retrace" → "Other"';
    const inputWords = (name: string, stage: string, output: string, why: string) =>
      `input ${name}: ${short(first, stage, output)} → ${short(second, stage, output)} (${why})`;
    assertEquals(wordsOf(second, "words"), ['text: "Retrace" → "Other"']);
    assertEquals(wordsOf(second, "lower"), [inputWords("text", "words", "text", text)]);
    assertEquals(wordsOf(second, "grow"), ["salt.value: 7 → 8", inputWords("small", "lower", "small", text)]);
    const [version, last, states, words] = wordsOf(second, "report");
    const both = `grow salt.value: 7 → 8; ${text}`;
    assertEquals(version, "stage version: 1 → 2");
    assertEquals(
      [last, words],
      [inputWords("last", "grow", "last", both), inputWords("text", "words", "text", text)],
    );
    assertMatch(states, /^input state: 4 × [0-9a-f]{10} → 4 × [0-9a-f]{10} \(grow salt\.value: 7 → 8; words text/);
    assertEquals(briefly(second.cues.report), ["stage version: 1 → 2", "grow salt.value: 7 → 8", text]);
  });
});

Deno.test("runStages() traces an input through a stage that is a hit", async () => {
  await withCache(async (cache) => {
    await runToys(cache, { params: { words: { text: "b" } } });
    await runToys(cache, { params: { words: { text: "a" }, report: { title: "x" } } });
    const last = await runToys(cache, { params: { words: { text: "b" }, report: { title: "x" } } });
    assertEquals([last.actions.grow, last.actions.report], ["hit", "run"]);
    assertEquals(briefly(last.cues.report), ['title: "toys" → "x"'], "the closest match is from the first run");
    const [cue] = planToys(cache, { params: { words: { text: "a" } } })[3].cues;
    assertEquals(cue, { kind: "param", path: "title", old: "x", new: "toys" });
  });
});

Deno.test("makePlanner() names the cause of a changed input if the earlier stages are hits", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache, { params: { lower: { mark: "1" } } });
    // A run that ends after grow: its report is not stored.
    const stop = {
      run: () => {
        throw new Error("stopped");
      },
    };
    const params = { lower: { mark: "2" } };
    await runToys(cache, { params, change: changed("report", stop) }).catch(() => {});
    const report = planToys(cache, { params })[3];
    assertEquals(report.action, "run");
    assertEquals(report.nearest?.key, first.keys.report);
    const input = report.cues.find((cue) => cue.kind === "input" && cue.name === "last") as Cue & { kind: "input" };
    assertEquals([input.from!.stage, input.from!.output], ["grow", "last"]);
    const [deeper] = input.from!.cues as (Cue & { kind: "input" })[];
    assertEquals(deeper.from, {
      stage: "lower",
      output: "small",
      cues: [{ kind: "param", path: "mark", old: "1", new: "2" }],
    });
    assertEquals(briefly(report.cues), ['lower mark: "1" → "2"']);
  });
});

Deno.test("runStages() compares with the closest match; among equals, with the most recent", async () => {
  await withCache(async (cache) => {
    const run = (text: string, repeat: number) => runToys(cache, { params: { words: { text, repeat } } });
    const runs = [];
    for (const [text, repeat] of [["a", 1], ["a", 2], ["c", 2], ["b", 9]] as const) {
      runs.push(await run(text, repeat));
      // Times have a resolution of milliseconds.
      for (const start = Date.now(); Date.now() === start;);
    }
    const last = await run("b", 2);
    assertEquals(last.cues.words, [{ kind: "param", path: "repeat", old: 9, new: 2 }]);
    assertEquals(last.results[0].nearest!.key, runs[3].keys.words);
    const [words] = planToys(cache, { params: { words: { text: "d", repeat: 2 } } });
    assertEquals(words.cues, [{ kind: "param", path: "text", old: "b", new: "d" }], "more recent than the one with c");
  });
});

Deno.test("a stage is compared with results of the same experiment, or of one that it extends, and no others", async () => {
  await withCache(async (cache) => {
    const run = (names: string[], words: Changes["words"]) => runToys(cache, { names, params: { words } });
    const cuesOf = async (names: string[], words: Changes["words"]) => {
      const [planned] = planToys(cache, { names: names.map((name) => name.split("@")[0]), params: { words } });
      const { cues } = await run(names, words);
      assertEquals(planned.cues, cues.words);
      return cues;
    };
    assertEquals((await cuesOf(["a"], { text: "1" })).words, [{ kind: "first" }]);
    const first = await cuesOf(["b"], { text: "2" });
    for (const cues of Object.values(first)) assertEquals(cues, [{ kind: "first", of: "b" }], "of every stage");
    assertEquals(first.grow.map(describeCue), ["no earlier run of b is stored"]);
    const text = (old: string, now: string): Cue[] => [{ kind: "param", path: "text", old, new: now }];
    await run(["b"], { text: "3", repeat: 9 });
    assertEquals((await cuesOf(["c", "a"], { text: "3" })).words, text("1", "3"), "c extends a");
    assertEquals((await cuesOf(["b@words.text=4", "a"], { text: "4" })).words.length, 1, "a variant of b");
    const [, then] = [await run(["d"], { text: "3" }), await cuesOf(["d"], { text: "5" })];
    assertEquals(then.words, [{ kind: "first", of: "d" }], "all that d has used was made for others");
    await runToys(cache, { names: ["e"], params: { words: { text: "5" }, report: { title: "e" } } });
    assertEquals((await cuesOf(["e"], { text: "6" })).words, text("5", "6"), "e has run with d's words");
  });
});

Deno.test("makePlanner() reports what changed in a stage that waits, and the stages it waits for", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const plan = planToys(cache, { params: { words: { text: "Other" }, report: { title: "new" } } });
    assertEquals(plan.map(({ waitsFor }) => waitsFor), [[], ["words"], ["lower"], ["grow", "words"]]);
    assertEquals(plan[3].cues, [{ kind: "param", path: "title", old: "toys", new: "new" }]);
    assertEquals(plan[1].cues, []);
    const forced = planToys(cache, { params: { words: { text: "Other" } }, forced: ["report"] });
    assertEquals(forced[3].cues, [{ kind: "forced" }]);
  });
});

Deno.test("runStages() explains a miss by another record if the closest match is damaged, and reports the damage", async () => {
  await withCache(async (cache) => {
    const [far, near] = [{ text: "a", repeat: 1 }, { text: "b", repeat: 1 }];
    const { keys } = await runToys(cache, { params: { words: far } });
    const second = await runToys(cache, { params: { words: near } });
    const path = `${cache}/records/words/${second.keys.words}.json`;
    Deno.chmodSync(path, 0o600);
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace('"seconds"', '"Seconds"'));
    const [words] = planToys(cache, { params: { words: { text: "b", repeat: 2 } } });
    assertEquals([words.nearest!.key, words.cues.length], [keys.words, 2]);
    Deno.writeTextFileSync(path, "torn");
    assertEquals(planToys(cache, { params: { words: near } })[0].cues, [
      { kind: "damaged", output: "record", digest: second.keys.words, path, found: "damaged" },
    ]);
  });
});

Deno.test("explainMiss() does not compare a job with its own record if that was stored after the lookup", async () => {
  await withCache(async (cache) => {
    const { results } = await runToys(cache);
    const graph = toyGraph(() => {});
    const run = { graph, params: toyParams(), library: null };
    const job = makeJob(run, graph[0], TOYS_CODE, new Map());
    assertEquals(keyOf(requestOf(job)), results[0].key);
    assertEquals(explainMiss(new Store(cache), job), { cues: [{ kind: "first" }] });
  });
});

Deno.test("runStages() reads only its own records if there is nothing to do, however many are stored", async () => {
  await withCache(async (cache) => {
    const readsOf = async () => {
      const reads: string[] = [];
      const disk = diskIo(cache);
      const io: StoreIo = {
        ...disk,
        readInto(path, ...how) {
          reads.push(path);
          return disk.readInto(path, ...how);
        },
        list() {
          throw new Error("It lists a folder.");
        },
      };
      assertEquals((await runToys(cache, { io })).work, []);
      return reads;
    };
    await runToys(cache);
    const before = await readsOf();
    for (let repeat = 10; repeat < 20; repeat++) await runToys(cache, { params: { words: { repeat } } });
    assertEquals(await readsOf(), before);
  });
});

Deno.test("explainMiss() compares with the thousand records that were used last, read once, and with older ones of the same experiment", async () => {
  await withCache(async (cache) => {
    const { results } = await runToys(cache, { names: ["own"] });
    const [{ record, key }] = results;
    const store = new Store(cache);
    for (let repeat = 10; repeat < 1010; repeat++) {
      const request = { ...record.request, params: { text: "Retrace", repeat } };
      writeRecord(store, { ...record, by: "other", request });
    }
    Deno.utimeSync(`${cache}/records/words/${key}.json`, 1, 1);
    const reads: string[] = [];
    const disk = diskIo(cache);
    const io: StoreIo = {
      ...disk,
      readInto(path, ...how) {
        reads.push(path);
        return disk.readInto(path, ...how);
      },
    };
    const reading = new Store(cache, io);
    const explained = (names?: string[]) => {
      reads.length = 0;
      const graph = toyGraph(() => {});
      const run = { graph, params: toyParams({ words: { repeat: 4 } }), library: null, names };
      return explainMiss(reading, makeJob(run, graph[0], TOYS_CODE, new Map())).nearest!.key;
    };
    assert(explained() !== key, "a thousand others were used later");
    assertEquals(reads.length, 1000 + 1, "their heads, and the record");
    assertEquals([explained() !== key, reads], [true, []]);
    assertEquals(explained(["own"]), key);
    assertEquals(reads.length, 2, "the rest: its own head, and its record");
  });
});
