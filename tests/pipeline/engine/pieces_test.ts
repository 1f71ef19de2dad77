import { assertEquals, assertRejects } from "@std/assert";
import { DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import type { Artifact } from "../../../pipeline/engine/stage/kind.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { artifactPath, changed, runToys, straightDigests, textDigest, withCache } from "./bench.ts";
import { damage, DAMAGES_OF_BYTES } from "./tamper.ts";
import { BIG } from "./toys.ts";

const PARAMS = { words: { text: "retrace", repeat: BIG }, lower: { mark: "" } };
const FIRST = PARAMS.words;

/** The stage `lower` passes its text on piece by piece; `before` is called first. */
function passing(before: () => void = () => {}): (stage: Stage) => Stage {
  const run = ({ inputs: { text } }: { inputs: { text: Artifact } }) => {
    before();
    return { small: { pieces: () => text.pieces() } };
  };
  return changed("lower", { run } as unknown as Partial<Stage>);
}

Deno.test("runStages() stores what comes in pieces like the same bytes at once", async () => {
  const wanted = await straightDigests(PARAMS);
  await withCache(async (cache) => {
    assertEquals((await runToys(cache, { params: PARAMS, change: passing() })).digests, wanted);
    assertEquals((await runToys(cache, { params: PARAMS })).work, [], "the same artifacts are stored");
  });
});

Deno.test("runStages() stores nothing of pieces that turn out to be damaged, and computes them again", async () => {
  const wanted = await straightDigests(PARAMS);
  for (const [name, change] of Object.entries(DAMAGES_OF_BYTES)) {
    await withCache(async (cache) => {
      let [damages, tries] = [0, 0];
      const digest = textDigest(await runToys(cache, { params: { words: FIRST, lower: { mark: "!" } } }), "words");
      const before = diskIo(cache).list(`${cache}/artifacts`);
      const spoil = () => {
        if (tries++ > 0) {
          assertEquals(diskIo(cache).list(`${cache}/temporary`), []);
          assertEquals(diskIo(cache).list(`${cache}/artifacts`), before);
          return;
        }
        damages++;
        damage(artifactPath(cache, digest), change);
      };
      const { work, digests } = await runToys(cache, { params: PARAMS, change: passing(spoil) });
      assertEquals([damages, tries, work[0]], [1, 2, "words"], name);
      assertEquals(digests, wanted, name);
    });
  }
});

Deno.test("runStages() rejects pieces that are no bytes", async () => {
  for (const piece of [new Float32Array(2), "text", null]) {
    const run = () => ({ small: { pieces: () => [piece] } });
    const change = changed("lower", { run } as unknown as Partial<Stage>);
    await withCache(async (cache) => {
      await assertRejects(() => runToys(cache, { change }), DefinitionError, "Stage lower returned");
      assertEquals(diskIo(cache).list(`${cache}/temporary`), []);
    });
  }
});
