/** Folds that advance together, and end before the last step of their leader because a follower says so. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { makePlanner } from "../../../pipeline/engine/run/plan.ts";
import { DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import { wire } from "../../../pipeline/engine/stage/stage_graph.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { artifactPath, TOYS_CODE, withCache } from "./bench.ts";
import { type Params, paramsOf, run, stagesOf, straight } from "./ending_folds.ts";
import { damage, DAMAGES } from "./tamper.ts";

const steps = (...epochs: number[]) => epochs.flatMap((epoch) => [`train ${epoch}`, `judge ${epoch}`]);
const ENDS = ["judge ends", "train ends"];

Deno.test("runStages() ends folds after the step that a follower needs last, and finds all of it again", async () => {
  await withCache(async (cache) => {
    const first = await run(cache, { stop: 2 });
    assertEquals([first.work, first.steps], [[...steps(0, 1, 2), ...ENDS], [2, 2]]);
    const shorter = await straight({ epochs: 2 });
    assertEquals(first.digests, shorter.digests, "with the bytes of a run of as many epochs");
    const again = await run(cache, { stop: 2 });
    assertEquals([again.work, again.actions, again.keys], [[], ["hit", "hit"], first.keys]);
  });
});

Deno.test("runStages() goes on where folds were ended, if more steps are needed", async () => {
  await withCache(async (cache) => {
    const keys = new Set<string>();
    for (const [stop, done] of [[1, [0, 1]], [3, [2, 3]], [null, [4, 5, 6]]] as const) {
      const outcome = await run(cache, { stop });
      assertEquals(outcome.work, [...steps(...done), ...ENDS]);
      assertEquals(outcome.actions, done[0] === 0 ? ["run", "run"] : ["continue", "continue"]);
      assertEquals(outcome.digests, (await straight({ stop })).digests);
      keys.add(outcome.keys[0]);
    }
    assertEquals(keys.size, 3);
    // Each is still there, whatever was made later.
    for (const stop of [1, 3, null]) assertEquals((await run(cache, { stop })).work, []);
  });
});

Deno.test("runStages() computes no step if a longer run has made all of them, but what the shorter one ends in", async () => {
  await withCache(async (cache) => {
    await run(cache);
    const early = await run(cache, { stop: 3 });
    assertEquals(early.work.sort(), [...ENDS].sort());
    assertEquals(early.digests, (await straight({ stop: 3 })).digests);
    assertEquals((await run(cache, { stop: 3 })).work, []);
  });
});

Deno.test("runStages() has the key of a whole run if the last step is the one that is needed last", async () => {
  await withCache(async (cache) => {
    const whole = await run(cache);
    for (const stop of [6, 7, 100]) {
      const other = await run(cache, { stop });
      assertEquals([other.work, other.keys], [[], whole.keys]);
    }
  });
});

Deno.test("runStages() asks the follower anew if its own steps have changed, and trains no step that is stored", async () => {
  await withCache(async (cache) => {
    await run(cache, { stop: 4 });
    const lax = await run(cache, { stop: 2, strict: false });
    assertEquals(lax.work.filter((work) => /\d/.test(work)), ["judge 0", "judge 1", "judge 2"]);
    assertEquals(lax.digests, (await straight({ stop: 2, strict: false })).digests);
    const laxer = await run(cache, { stop: 5, strict: false });
    assertEquals(laxer.work, ["judge 3", "judge 4", ...steps(5), "train ends", "judge ends"]);
    assertEquals(laxer.digests, (await straight({ stop: 5, strict: false })).digests);
  });
  await withCache(async (cache) => {
    await run(cache);
    const lax = await run(cache, { stop: 2, strict: false });
    assertEquals([lax.steps, lax.work.filter((work) => /train \d/.test(work))], [[2, 2], []]);
  });
});

Deno.test("runStages() ends forced folds after the same step", async () => {
  await withCache(async (cache) => {
    const first = await run(cache, { stop: 2 });
    const [training, judging] = [["train", "judge"].map((name) => (work: string) => work.startsWith(name))].flat();
    for (const [forced, own] of [["train", training], ["judge", judging]] as const) {
      const again = await run(cache, { stop: 2, forced: [forced] });
      assertEquals(again.work, first.work.filter(own));
      assertEquals(again.actions, forced === "train" ? ["run", "hit"] : ["hit", "run"]);
      assertEquals([again.digests, again.keys], [first.digests, first.keys]);
    }
    const other = await run(cache, { stop: 2, forced: ["judge"], word: "enough" });
    assertEquals(other.steps, [0, 0], "what it said before does not count");
  });
});

Deno.test("runStages() ends folds after the same step if the step that decides it was damaged", async () => {
  await withCache(async (cache) => {
    const first = await run(cache, { stop: 3 });
    for (const [stage, output] of [[1, "mark"], [0, "state"]] as const) {
      const { digest } = first.results[stage].record.each![output][2];
      damage(artifactPath(cache, digest), DAMAGES["a bit flipped in the middle"]);
      const again = await run(cache, { stop: 3 });
      const name = stage === 0 ? "train" : "judge";
      assertEquals(again.work, [`${name} 2`, `${name} 3`, `${name} ends`]);
      assertEquals([again.digests, again.keys], [first.digests, first.keys]);
    }
  });
});

for (const at of ["train 1", "judge 1", "train 2", "judge 2", "judge ends", "train ends"]) {
  Deno.test(`runStages() ends folds after the same step if an earlier run was interrupted at "${at}"`, async () => {
    await withCache(async (cache) => {
      const log = (work: string) => {
        if (work === at) throw new RangeError("broken off");
      };
      await assertRejects(() => run(cache, { stop: 2, log }), RangeError, "broken off");
      const again = await run(cache, { stop: 2 });
      const all = steps(0, 1, 2);
      assertEquals(again.work.filter((work) => /\d/.test(work)), all.slice(all.includes(at) ? all.indexOf(at) : 6));
      assertEquals(again.digests, (await straight({ stop: 2 })).digests);
    });
  });
}

Deno.test("runStages() computes every step once if runs that end at different steps overlap", async () => {
  await withCache(async (cache) => {
    const stops = [1, 4, 2, null];
    const all = await Promise.all(stops.map((stop) => run(cache, { stop })));
    const done = all.flatMap(({ work }) => work).filter((work) => /\d/.test(work));
    assertEquals(done.sort(), steps(0, 1, 2, 3, 4, 5, 6).sort());
    for (const [i, stop] of stops.entries()) assertEquals(all[i].digests, (await straight({ stop })).digests);
  });
});

Deno.test("runStages() throws if a fold goes on that has ended", async () => {
  await withCache(async (cache) => {
    await assertRejects(
      () => run(cache, { stop: 2, isDeaf: true }),
      DefinitionError,
      "Stage train was ended after epoch 2, so it must make 3 steps, but it made 4. Ask hasEnded() before each step.",
    );
  });
});

Deno.test("makePlanner() plans each of several runs that differ only in where they end, as they then go", async () => {
  await withCache(async (cache) => {
    await run(cache, { stop: 3 });
    await run(cache, { stop: 1 });
    const planner = makePlanner(new Store(cache), TOYS_CODE, new Set());
    const graph = wire(stagesOf((work) => assert(false, `the plan runs ${work}`)));
    const planOf = (params: Params) => planner({ graph, params: paramsOf(params), library: null });
    for (const stop of [1, 3]) {
      const plan = planOf({ stop });
      const { keys, work } = await run(cache, { stop });
      assertEquals([plan.map(({ action }) => action), plan.map(({ key }) => key), work], [["hit", "hit"], keys, []]);
      assertEquals(plan[0].outputs!.each!.state.length, stop + 1);
    }
    const [train, judge] = planOf({ stop: 5 });
    assertEquals([train.action, train.steps], ["continue", { name: "epoch", stored: 3, wanted: 6 }]);
    assertEquals([judge.action, judge.waitsFor], ["depends", ["train"]]);
    // Only the judge, which has to run, can tell whether more training is needed.
    const open = planOf({ stop: 3, strict: false });
    assertEquals(open.map(({ action, waitsFor }) => [action, waitsFor]), [["depends", ["judge"]], ["depends", [
      "train",
    ]]]);
    assertEquals([open[0].cues, open[1].cues.length], [[], 1]);
    assertEquals((await run(cache, { stop: 3, strict: false })).actions, ["hit", "run"]);
  });
});
