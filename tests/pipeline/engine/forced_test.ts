import { assertEquals } from "@std/assert";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { runToys, withCache, wordsOf } from "./bench.ts";
import { TOY_PARAMS } from "./toys.ts";

/** Lower and grow with a counter in their outputs: they are not pure. */
function impure(): (stage: Stage) => Stage {
  let count = 0;
  const counted = () => new TextEncoder().encode(`${count++}`);
  return (stage) => {
    if (stage.name === "lower" && stage.kind === "plain") return { ...stage, run: () => ({ small: counted() }) };
    if (stage.name !== "grow" || stage.kind !== "fold") return stage;
    return {
      ...stage,
      async *run() {
        const same = new TextEncoder().encode("same");
        for (let round = 0; round <= TOY_PARAMS.grow.rounds; round++) {
          yield await Promise.resolve({ state: round === 1 ? counted() : same, double: same });
        }
        return { last: same };
      },
    };
  };
}

Deno.test("runStages() runs only the forced stage if its result is stored", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const forced = await runToys(cache, { forced: ["lower"] });
    assertEquals(forced.work, ["lower"]);
    assertEquals(forced.actions, { words: "hit", lower: "run", grow: "hit", report: "hit" });
    assertEquals(wordsOf(forced, "lower"), ["forced"]);
    assertEquals([forced.keys, forced.digests], [first.keys, first.digests]);
  });
});

Deno.test("runStages() reports no difference if forced stages output the same bytes", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const forced = await runToys(cache, { forced: ["words", "lower", "grow", "report"] });
    assertEquals([forced.work.length, forced.differs], [8, []]);
  });
});

Deno.test("runStages() reports the outputs that differ if a forced stage is not pure", async () => {
  await withCache(async (cache) => {
    const change = impure();
    await runToys(cache, { change });
    assertEquals((await runToys(cache, { change })).differs, [], "nothing is forced");
    assertEquals((await runToys(cache, { change, forced: ["lower"] })).differs, ["lower.small"]);
  });
});

Deno.test("runStages() reports the outputs that differ if one step of a forced fold is not pure", async () => {
  await withCache(async (cache) => {
    const change = (stage: Stage) => stage.name === "grow" ? counting(stage) : stage;
    const counting = impure();
    await runToys(cache, { change });
    assertEquals((await runToys(cache, { change, forced: ["grow"] })).differs, ["grow.state"]);
  });
});

Deno.test("runStages() reports no difference if a forced stage has no stored result", async () => {
  await withCache(async (cache) => {
    assertEquals((await runToys(cache, { change: impure(), forced: ["lower", "grow"] })).differs, []);
  });
});
