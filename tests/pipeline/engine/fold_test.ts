import { assertEquals, assertRejects } from "@std/assert";
import { DefinitionError, StoreError } from "../../../pipeline/engine/run_errors.ts";
import type { Fold, Stage } from "../../../pipeline/engine/stage/stage.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { artifactPath, type Changes, digestOf, runToys, straightDigests, withCache, wordsOf } from "./bench.ts";
import { damage, DAMAGES } from "./tamper.ts";
import { allWork } from "./toys.ts";

const rounds = (count: number): Changes => ({ grow: { rounds: count } });

/** Replaces the generator of `grow`. */
function growing(run: Fold["run"]): (stage: Stage) => Stage {
  return (stage) => stage.name === "grow" ? { ...(stage as Fold), run } : stage;
}

const step = (text: string) => ({ state: new TextEncoder().encode(text), double: new TextEncoder().encode(text) });

for (const count of [0, 1, 5]) {
  Deno.test(`runStages() stores the outputs of every step of a fold that ends with step ${count}`, async () => {
    await withCache(async (cache) => {
      const first = await runToys(cache, { params: rounds(count) });
      assertEquals(first.work, allWork(count));
      const { record, steps } = first.results[2];
      assertEquals(Object.keys(record.each!), ["state", "double"]);
      assertEquals([record.each!.state.length, record.each!.double.length], [count + 1, count + 1]);
      assertEquals([steps?.first, steps?.seconds.length], [0, count + 1]);
      assertEquals(new Set(record.each!.state.map(({ digest }) => digest)).size, count + 1);
      assertEquals((await runToys(cache, { params: rounds(count) })).work, []);
    });
  });
}

Deno.test("runStages() computes only the new steps of a fold that is longer than before", async () => {
  await withCache(async (cache) => {
    await runToys(cache, { params: rounds(3) });
    const longer = await runToys(cache, { params: rounds(5) });
    assertEquals(longer.work, ["grow 4", "grow 5", "grow ends", "report"]);
    assertEquals(longer.actions, { words: "hit", lower: "hit", grow: "continue", report: "run" });
    assertEquals([longer.results[2].steps?.first, longer.results[2].steps?.seconds.length], [4, 2]);
    assertEquals(wordsOf(longer, "grow"), ["rounds: 3 → 5", "rounds up to 3 of 5 are stored"]);
    assertEquals(longer.digests, await straightDigests(rounds(5)));
  });
});

Deno.test("runStages() computes no step of a fold that is shorter than before", async () => {
  await withCache(async (cache) => {
    await runToys(cache, { params: rounds(5) });
    for (const count of [3, 0]) {
      const shorter = await runToys(cache, { params: rounds(count) });
      assertEquals(shorter.work, ["grow ends", "report"]);
      assertEquals(shorter.digests, await straightDigests(rounds(count)));
    }
  });
});

Deno.test("runStages() recomputes every step if a param of the steps changed", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const params: Changes = { grow: { salt: { value: 8 } } };
    const second = await runToys(cache, { params });
    assertEquals(second.work, allWork(3).slice(2));
    assertEquals(second.digests, await straightDigests(params));
  });
});

Deno.test("runStages() keeps the completed steps of a fold that throws", async () => {
  await withCache(async (cache) => {
    const log = (work: string) => {
      if (work === "grow 2") throw new RangeError("diverged");
    };
    await assertRejects(() => runToys(cache, { log }), RangeError, "diverged");
    const other = await runToys(cache, { params: { grow: { salt: { value: 8 } } } });
    assertEquals(wordsOf(other, "grow"), ["no earlier run is stored"], "single steps are not compared");
    const second = await runToys(cache);
    assertEquals(second.work, ["grow 2", "grow 3", "grow ends", "report"]);
    assertEquals(second.digests, await straightDigests());
  });
});

Deno.test("runStages() resumes before a step in the middle with damaged outputs", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache, { params: rounds(5) });
    for (const output of ["state", "double"]) {
      damage(artifactPath(cache, digestOf(first, "grow", output, 2)), DAMAGES["a bit flipped in the middle"]);
      const second = await runToys(cache, { params: rounds(5) });
      assertEquals(second.work, ["grow 2", "grow 3", "grow 4", "grow 5", "grow ends"]);
      assertEquals(second.digests, first.digests);
    }
  });
});

Deno.test("runStages() begins a forced fold at step 0", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    for (const params of [rounds(3), rounds(4)]) {
      const forced = await runToys(cache, { params, forced: ["grow"] });
      assertEquals(forced.work.filter((work) => work !== "report"), allWork(params.grow!.rounds!).slice(2, -1));
      assertEquals(forced.digests, await straightDigests(params));
    }
    assertEquals((await runToys(cache)).digests, first.digests);
  });
});

for (
  const [what, count, message] of [
    [
      "fewer steps than it declares",
      2,
      "Stage grow declares round 3 as its last, so it must make 4 steps, but it made 2.",
    ],
    ["no steps", 0, "Stage grow declares round 3 as its last, so it must make 4 steps, but it made 0."],
    [
      "more steps than it declares",
      5,
      "Stage grow declares round 3 as its last, so it must make 4 steps, but it made 5.",
    ],
  ] as [string, number, string][]
) {
  Deno.test(`runStages() throws if a fold makes ${what}`, async () => {
    await withCache(async (cache) => {
      const change = growing(async function* () {
        for (let at = 0; at < count; at++) yield await Promise.resolve(step(`step ${at}`));
        return { last: new Uint8Array() };
      });
      await assertRejects(() => runToys(cache, { change }), DefinitionError, message);
    });
  });
}

Deno.test("runStages() throws if a step has other outputs than declared", async () => {
  await withCache(async (cache) => {
    const change = growing(async function* () {
      yield await Promise.resolve({ state: new Uint8Array() });
      return { last: new Uint8Array() };
    });
    await assertRejects(
      () => runToys(cache, { change }),
      DefinitionError,
      "Stage grow (round 0) declares the outputs [double, state] but returned [state].",
    );
  });
});

Deno.test("runStages() throws if a fold has other final outputs than declared", async () => {
  await withCache(async (cache) => {
    const change = growing(async function* () {
      for (let at = 0; at <= 3; at++) yield await Promise.resolve(step(`step ${at}`));
      return {};
    });
    await assertRejects(
      () => runToys(cache, { change }),
      DefinitionError,
      "Stage grow declares the outputs [last] but returned [].",
    );
  });
});

Deno.test("runStages() lets a fold free its resources if a step cannot be stored", async () => {
  await withCache(async (cache) => {
    let freed = false;
    let inFold = false;
    const change = growing(async function* () {
      try {
        inFold = true;
        yield await Promise.resolve(step("first"));
        return { last: new Uint8Array() };
      } finally {
        freed = true;
      }
    });
    const disk = diskIo(cache);
    const io = {
      ...disk,
      writeDurably(path: string, bytes: Uint8Array) {
        if (inFold) throw new StoreError("no more");
        disk.writeDurably(path, bytes);
      },
    };
    await assertRejects(() => runToys(cache, { change, io }), StoreError, "no more");
    assertEquals(freed, true);
  });
});
