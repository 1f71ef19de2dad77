import { assertEquals } from "@std/assert";
import { type Changes, runToys, straightDigests, withCache } from "./bench.ts";
import { Spawned, workIn } from "./spawned.ts";
import { allWork } from "./toys.ts";

Deno.test("runStages() does every piece of work once if six processes start at the same moment", async () => {
  await withCache(async (cache) => {
    const work = `${cache}.work`;
    const all = Array.from({ length: 6 }, () => new Spawned({ cache, work, waitAtStart: true }));
    await Promise.all(all.map((one) => one.comesTo("ready")));
    await Promise.all(all.map((one) => one.goOn()));
    const digests = await Promise.all(all.map((one) => one.digests()));
    const wanted = await straightDigests();
    assertEquals(digests, all.map(() => wanted));
    assertEquals(workIn(work), allWork(3));
  });
});

for (const waitAt of ["words", "grow 1"]) {
  Deno.test(`runStages() waits for another process at "${waitAt}", and then uses its result`, async () => {
    await withCache(async (cache) => {
      const work = `${cache}.work`;
      const first = new Spawned({ cache, work, waitAt });
      await first.comesTo(`at ${waitAt}`);
      const others = [new Spawned({ cache, work }), new Spawned({ cache, work })];
      const [stage] = waitAt.split(" ");
      await Promise.all(others.map((other) => other.comesTo(`waits for ${stage}`)));
      await first.goOn();
      const digests = await Promise.all([first, ...others].map((one) => one.digests()));
      const wanted = await straightDigests();
      assertEquals(digests, [wanted, wanted, wanted]);
      assertEquals(workIn(work), allWork(3));
    });
  });
}

Deno.test("runStages() continues after the steps of another process with a shorter fold", async () => {
  await withCache(async (cache) => {
    const work = `${cache}.work`;
    const longer: Changes = { grow: { rounds: 5 } };
    const first = new Spawned({ cache, work, waitAt: "grow 2" });
    await first.comesTo("at grow 2");
    const second = new Spawned({ cache, work, params: longer });
    await second.comesTo("waits for grow");
    await first.goOn();
    assertEquals(await first.digests(), await straightDigests());
    assertEquals(await second.digests(), await straightDigests(longer));
    const steps = workIn(work).filter((piece) => /grow \d/.test(piece));
    assertEquals(steps, ["grow 0", "grow 1", "grow 2", "grow 3", "grow 4", "grow 5"]);
  });
});

Deno.test("runStages() continues if the process that it waits for is killed", async () => {
  await withCache(async (cache) => {
    const work = `${cache}.work`;
    const first = new Spawned({ cache, work, waitAt: "grow 2" });
    await first.comesTo("at grow 2");
    const second = new Spawned({ cache, work });
    await second.comesTo("waits for grow");
    await first.kill();
    assertEquals(await second.digests(), await straightDigests());
    const twice = ["grow 2", "grow 2"];
    assertEquals(workIn(work), ["words", "lower", "grow 0", "grow 1", ...twice, "grow 3", "grow ends", "report"]);
  });
});

Deno.test("runStages() computes once what two experiments share, if six processes with either start at the same moment", async () => {
  await withCache(async (cache) => {
    const work = `${cache}.work`;
    const configs: Changes[] = [{}, { grow: { salt: { value: 8 } } }];
    const all = Array.from(
      { length: 6 },
      (_, i) => new Spawned({ cache, work, params: configs[i % 2], waitAtStart: true }),
    );
    await Promise.all(all.map((one) => one.comesTo("ready")));
    await Promise.all(all.map((one) => one.goOn()));
    const digests = await Promise.all(all.map((one) => one.digests()));
    const wanted = await Promise.all(configs.map(straightDigests));
    assertEquals(digests, all.map((_, i) => wanted[i % 2]));
    const [, , ...own] = allWork(3);
    assertEquals(workIn(work).sort(), [...allWork(3), ...own].sort());
  });
});

Deno.test("runStages() continues in one of five waiting processes if the sixth, with the lock, is killed", async () => {
  await withCache(async (cache) => {
    const work = `${cache}.work`;
    const first = new Spawned({ cache, work, waitAt: "words" });
    await first.comesTo("at words");
    const others = Array.from({ length: 5 }, () => new Spawned({ cache, work }));
    await Promise.all(others.map((one) => one.comesTo("waits for words")));
    await first.kill();
    const digests = await Promise.all(others.map((one) => one.digests()));
    const wanted = await straightDigests();
    assertEquals(digests, others.map(() => wanted));
    assertEquals(workIn(work), ["words", ...allWork(3)]);
  });
});

Deno.test("runStages() does not wait for another process with other params", async () => {
  await withCache(async (cache) => {
    const work = `${cache}.work`;
    const first = new Spawned({ cache, work, waitAt: "words" });
    await first.comesTo("at words");
    const params: Changes = { words: { text: "Other" } };
    const events = {
      stageWaits: () => {
        throw new Error("It waits for another job.");
      },
    };
    assertEquals((await runToys(cache, { params, events })).digests, await straightDigests(params));
    await first.goOn();
    assertEquals(await first.digests(), await straightDigests());
  });
});

Deno.test("runStages() does every piece of work once if two runs of one process overlap", async () => {
  await withCache(async (cache) => {
    const [one, other] = await Promise.all([runToys(cache), runToys(cache)]);
    assertEquals([...one.work, ...other.work].sort(), allWork(3).sort());
    assertEquals(one.digests, other.digests);
  });
});
