import { assertEquals, assertNotEquals } from "@std/assert";
import { DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { changed, type Changes, runToys, withCache } from "./bench.ts";
import { allWork, TOY_PARAMS } from "./toys.ts";

const ALL_HIT: Record<string, string> = { words: "hit", lower: "hit", grow: "hit", report: "hit" };

Deno.test("runStages() runs every stage once if the cache is empty", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    assertEquals(first.work, allWork(3));
    assertEquals(first.actions, { words: "run", lower: "run", grow: "run", report: "run" });
  });
});

Deno.test("runStages() runs nothing if nothing changed", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const second = await runToys(cache);
    assertEquals(second.work, []);
    assertEquals(second.actions, ALL_HIT);
    assertEquals(second.digests, first.digests);
    assertEquals(second.keys, first.keys);
  });
});

Deno.test("runStages() has the same keys and bytes in another cache folder", async () => {
  await withCache((one) =>
    withCache(async (other) => {
      const [a, b] = [await runToys(one), await runToys(other)];
      assertEquals([a.keys, a.digests], [b.keys, b.digests]);
    })
  );
});

Deno.test("runStages() finds the stored result with the params in another order", async () => {
  await withCache(async (cache) => {
    await runToys(cache, { params: { grow: { salt: { value: 7, kind: "sea" } } } });
    const reversed = await runToys(cache, {
      params: {
        words: Object.fromEntries(Object.entries(TOY_PARAMS.words).reverse()),
        grow: { salt: { kind: "sea", value: 7 } },
      },
    });
    assertEquals(reversed.actions, ALL_HIT);
  });
});

Deno.test("runStages() runs nothing if a param changed that keyParams omits", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    assertEquals((await runToys(cache, { params: { report: { colour: "red" } } })).work, []);
  });
});

Deno.test("runStages() finds older results again if a param is reset", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    await runToys(cache, { params: { lower: { mark: "!" } } });
    const back = await runToys(cache);
    assertEquals([back.work, back.digests], [[], first.digests]);
  });
});

for (
  const [name, params] of [
    ["words", { words: { text: "Other" } }],
    ["words", { words: { repeat: 4 } }],
    ["lower", { lower: { mark: "!" } }],
    ["grow", { grow: { rounds: 4 } }],
    ["grow", { grow: { salt: { value: 8 } } }],
    ["grow", { grow: { salt: { value: 7, kind: "sea" } } }],
    ["report", { report: { title: "other" } }],
  ] as [string, Changes][]
) {
  Deno.test(`runStages() has another key for ${name} if its params change to ${JSON.stringify(params)}`, async () => {
    await withCache(async (cache) => {
      const first = await runToys(cache);
      const second = await runToys(cache, { params });
      assertNotEquals(second.keys[name], first.keys[name]);
      assertNotEquals(second.actions[name], "hit");
    });
  });
}

Deno.test("runStages() runs only a stage whose version changed if its bytes do not change", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    for (const name of Object.keys(ALL_HIT)) {
      const second = await runToys(cache, { change: changed(name, { version: 2 }) });
      assertEquals(second.actions, { ...ALL_HIT, [name]: "run" });
      assertNotEquals(second.keys[name], first.keys[name]);
      assertEquals(second.digests, first.digests);
    }
  });
});

Deno.test("runStages() runs a stage if its code changed", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const otherFile = new URL("../../../pipeline/engine/stage/kind.ts", import.meta.url).href;
    for (const name of Object.keys(ALL_HIT)) {
      const second = await runToys(cache, { change: changed(name, { source: otherFile }) });
      assertEquals(second.actions, { ...ALL_HIT, [name]: "run" });
      assertNotEquals(second.keys[name], first.keys[name]);
    }
  });
});

Deno.test("runStages() has another key for a stage if any one of its inputs changed", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    // Of report's inputs, only `text` changes: lower outputs the same for both texts.
    const text = await runToys(cache, { params: { words: { text: "RETRACE" } } });
    assertEquals(text.actions, { words: "run", lower: "run", grow: "hit", report: "run" });
    // Only `states` changes, in the middle of the list.
    const middle = await runToys(cache, { change: withOtherState(1) });
    assertEquals(middle.digests.grow === first.digests.grow, false);
    assertEquals(middle.actions.report, "run");
    assertEquals(new Set([first.keys.report, text.keys.report, middle.keys.report]).size, 3);
  });
});

Deno.test("runStages() stops re-running after a stage that outputs the same bytes as before", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    // report reads the words themselves; grow reads only the output of lower.
    const second = await runToys(cache, { params: { words: { text: "reTRACE" } } });
    assertEquals(second.work, ["words", "lower", "report"]);
    assertEquals(second.keys.grow, first.keys.grow);
    assertEquals(second.digests.grow, first.digests.grow);
    assertNotEquals(second.digests.report, first.digests.report);
  });
});

Deno.test("runStages() keeps what was stored before a stage throws", async () => {
  await withCache(async (cache) => {
    const failing = changed("report", {
      run: () => {
        throw new RangeError("no paper");
      },
    } as Partial<Stage>);
    let message = "";
    await runToys(cache, { change: failing }).catch((error) => message = error.message);
    assertEquals(message, "no paper");
    assertEquals((await runToys(cache)).work, ["report"]);
  });
});

Deno.test("runStages() rejects a stage with other outputs than it declares", async () => {
  for (const outputs of [{}, { text: new Uint8Array(), more: new Uint8Array() }]) {
    await withCache(async (cache) => {
      let error: unknown;
      await runToys(cache, { change: changed("words", { run: () => outputs } as Partial<Stage>) })
        .catch((thrown) => error = thrown);
      assertEquals(error instanceof DefinitionError, true);
      assertEquals(
        (error as Error).message,
        `Stage words declares the outputs [text] but returned [${Object.keys(outputs).sort().join(", ")}].`,
      );
    });
  }
});

/** Grow with another state at one step, and the old ones after it. */
function withOtherState(step: number): (stage: Stage) => Stage {
  return (stage) => {
    if (stage.name !== "grow" || stage.kind !== "fold") return stage;
    const { run } = stage;
    return {
      ...stage,
      version: 2,
      async *run(context, resume) {
        const steps = run.call(stage, context, resume);
        for (let at = 0;; at++) {
          const { done, value } = await steps.next();
          if (done) return value;
          yield at === step ? { ...value, state: new TextEncoder().encode("other") } : value;
        }
      },
    };
  };
}
