import { assertEquals, assertRejects } from "@std/assert";
import { CorruptArtifactError } from "../../../pipeline/engine/run_errors.ts";
import { AgedIo } from "./aged_io.ts";
import {
  artifactPath,
  type Changes,
  digestOf,
  runToys,
  straightDigests,
  textDigest,
  withCache,
  wordsOf,
} from "./bench.ts";
import { damage, DAMAGES, DAMAGES_OF_BYTES, swap, tickAfter } from "./tamper.ts";
import { BIG } from "./toys.ts";

const flipped = DAMAGES["a bit flipped in the middle"];

/** The artifacts of the toys, with the work that recomputes each of them. */
const ARTIFACTS: { stage: string; output: string; step?: number; work: string[] }[] = [
  { stage: "words", output: "text", work: ["words"] },
  { stage: "lower", output: "small", work: ["lower"] },
  { stage: "grow", output: "last", work: ["grow ends"] },
  { stage: "grow", output: "state", step: 3, work: ["grow 3", "grow ends"] },
  { stage: "report", output: "page", work: ["report"] },
];

for (const [name, change] of Object.entries(DAMAGES)) {
  Deno.test(`runStages() recomputes an artifact that is stored with ${name}`, async () => {
    await withCache(async (cache) => {
      const first = await runToys(cache);
      for (const { stage, output, step, work } of ARTIFACTS) {
        damage(artifactPath(cache, digestOf(first, stage, output, step)), change);
        const second = await runToys(cache);
        assertEquals(second.work, work);
        assertEquals(second.digests, first.digests);
        assertEquals((await runToys(cache)).work, []);
      }
    });
  });

  Deno.test(`runStages() recomputes large artifacts with a remembered check and ${name}`, async () => {
    await withCache(async (cache) => {
      const params: Changes = { words: { repeat: BIG } };
      const first = await runToys(cache, { params });
      const io = new AgedIo(cache);
      await runToys(cache, { params, io });
      assertEquals(io.notes.length, 3, "words, lower and the page of report are large");
      const paths = ["words", "lower"].map((stage) => artifactPath(cache, textDigest(first, stage)));
      if (name in DAMAGES_OF_BYTES) await tickAfter(paths);
      for (const path of paths) damage(path, change);
      const second = await runToys(cache, { params, io });
      assertEquals([second.work, second.digests], [["words", "lower"], first.digests]);
    });
  });
}

Deno.test("runStages() names the stored output that is damaged", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const digest = digestOf(first, "grow", "state", 2);
    damage(artifactPath(cache, digest), flipped);
    const second = await runToys(cache);
    assertEquals(wordsOf(second, "grow"), [
      `stored state 2 (${digest.slice(0, 10)}) is damaged: ${artifactPath(cache, digest)}`,
      "rounds up to 1 of 3 are stored",
    ]);
    Deno.removeSync(artifactPath(cache, digest));
    assertEquals(wordsOf(await runToys(cache), "grow")[0].split(" is ")[1].split(":")[0], "missing");
  });
});

for (const repeat of [3, BIG]) {
  Deno.test(`runStages() recomputes two artifacts of ${7 * repeat} bytes that have each other's names`, async () => {
    await withCache(async (cache) => {
      // Both texts have the same length, so their sizes do not differ.
      const params: Changes = { words: { repeat } };
      const io = new AgedIo(cache);
      const first = await runToys(cache, { params, io });
      await runToys(cache, { params, io });
      const [words, lower] = ["words", "lower"].map((stage) => artifactPath(cache, textDigest(first, stage)));
      if (repeat === BIG) await tickAfter([words, lower]);
      swap(words, lower);
      const second = await runToys(cache, { params, io });
      assertEquals([second.work, second.digests], [["words", "lower"], first.digests]);
    });
  });
}

Deno.test("runStages() recomputes everything if all artifacts, but not the records, were removed", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    Deno.removeSync(`${cache}/artifacts`, { recursive: true });
    assertEquals((await runToys(cache)).digests, first.digests);
  });
});

Deno.test("runStages() recomputes an input that is damaged after it was looked up", async () => {
  await withCache(async (cache) => {
    const params: Changes = { lower: { mark: "!" } };
    const first = await runToys(cache);
    const path = artifactPath(cache, digestOf(first, "words", "text"));
    let damaged = false;
    const second = await runToys(cache, {
      params,
      events: {
        stageStarts(stage) {
          if (stage.name !== "lower" || damaged) return;
          damaged = true;
          damage(path, flipped);
        },
      },
    });
    assertEquals(second.work.slice(0, 3), ["lower", "words", "lower"]);
    assertEquals(second.digests, await straightDigests(params));
  });
});

Deno.test("runStages() resumes after an earlier step if the last one is damaged after it was looked up", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const path = artifactPath(cache, digestOf(first, "grow", "state", 3));
    let damaged = false;
    const params: Changes = { grow: { rounds: 5 } };
    const second = await runToys(cache, {
      params,
      events: {
        stageStarts(stage) {
          if (stage.name === "grow" && !damaged) damage(path, flipped);
          damaged = true;
        },
      },
    });
    assertEquals(second.work, ["grow 3", "grow 4", "grow 5", "grow ends", "report"]);
    assertEquals(second.digests, await straightDigests(params));
  });
});

Deno.test("runStages() recomputes a large artifact that rots without a change of its status", async () => {
  await withCache(async (cache) => {
    const params: Changes = { words: { repeat: BIG } };
    const io = new AgedIo(cache);
    const first = await runToys(cache, { params, io });
    await runToys(cache, { params, io });
    const path = artifactPath(cache, digestOf(first, "words", "text"));
    io.freeze(path);
    damage(path, flipped);
    // The remembered check cannot notice this; the stage that reads the bytes must.
    const changes: Changes = { ...params, lower: { mark: "!" } };
    const second = await runToys(cache, { params: changes, io });
    assertEquals(second.work.slice(0, 3), ["lower", "words", "lower"]);
    assertEquals(second.digests, await straightDigests(changes));
  });
});

Deno.test("runStages() throws a CorruptArtifactError if bytes are damaged again and again", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const path = artifactPath(cache, digestOf(first, "words", "text"));
    await assertRejects(
      () =>
        runToys(cache, {
          params: { lower: { mark: "!" } },
          events: { stageStarts: (stage) => stage.name === "lower" ? damage(path, flipped) : undefined },
        }),
      CorruptArtifactError,
      "are damaged",
    );
    assertEquals((await runToys(cache)).digests, first.digests);
  });
});

Deno.test("runStages() replaces damaged bytes if a forced stage outputs the correct ones", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    damage(artifactPath(cache, digestOf(first, "words", "text")), flipped);
    const second = await runToys(cache, { forced: ["words"] });
    assertEquals([second.work, second.differs], [["words"], []]);
    assertEquals((await runToys(cache)).work, []);
  });
});
