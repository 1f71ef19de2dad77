import { assert, assertEquals } from "@std/assert";
import { type Changes, runToys, straightDigests, withCache } from "./bench.ts";
import { Spawned, workIn } from "./spawned.ts";

for (
  const [waitAt, rest] of [
    ["words", ["words", "lower", "grow 0", "grow 1", "grow 2", "grow 3", "grow ends", "report"]],
    ["grow 0", ["grow 0", "grow 1", "grow 2", "grow 3", "grow ends", "report"]],
    ["grow 2", ["grow 2", "grow 3", "grow ends", "report"]],
    ["grow ends", ["grow ends", "report"]],
    ["report", ["report"]],
  ] as [string, string[]][]
) {
  Deno.test(`runStages() does the remaining work after a process was killed at "${waitAt}"`, async () => {
    await withCache(async (cache) => {
      const killed = new Spawned({ cache, work: `${cache}.work`, waitAt });
      await killed.comesTo(`at ${waitAt}`);
      await killed.kill();
      const second = await runToys(cache);
      assertEquals(second.work, rest);
      assertEquals(second.digests, await straightDigests());
    });
  });
}

Deno.test("runStages() has the same bytes after a longer run was killed several times", async () => {
  await withCache(async (cache) => {
    const params: Changes = { grow: { rounds: 5 } };
    const work = `${cache}.work`;
    await runToys(cache, { params: { grow: { rounds: 1 } } });
    for (const waitAt of ["grow 3", "grow 3", "grow 5"]) {
      const killed = new Spawned({ cache, params, work, waitAt });
      await killed.comesTo(`at ${waitAt}`);
      await killed.kill();
    }
    const last = new Spawned({ cache, params, work });
    assertEquals(await last.digests(), await straightDigests(params));
    assertEquals(workIn(work), [
      "grow 2",
      "grow 3",
      "grow 3",
      "grow 3",
      "grow 4",
      "grow 5",
      "grow 5",
      "grow ends",
      "report",
    ]);
  });
});

Deno.test("runStages() has the usual result after a process was killed within a call of the store", async () => {
  const params: Changes = { grow: { rounds: 1 } };
  const wanted = await straightDigests(params);
  // In faults_slow_test.ts every call fails; a real kill every few calls shows that this is sufficient.
  for (let call = 1, killed = true; killed; call += 13) {
    await withCache(async (cache) => {
      const fault = call % 2 === 0 ? "half" : "all";
      killed = await new Spawned({ cache, params, work: `${cache}.work`, killAt: { call, fault } }).killedItself();
      assert(killed || call > 50, "the run makes more than 50 calls");
      assertEquals((await runToys(cache, { params })).digests, wanted, `killed at call ${call}`);
      assertEquals((await runToys(cache, { params })).work, []);
    });
  }
});
