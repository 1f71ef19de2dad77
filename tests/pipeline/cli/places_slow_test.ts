/** Runs whose folders have odd names, or may only be read. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset } from "../../small_dataset.ts";
import { canMount, mount, unmount } from "../engine/mounted.ts";
import { digestsIn } from "../results/written_run.ts";
import { filesUnder, mustBeDone, retrace } from "./retrace.ts";

Deno.test("run and explain accept paths with spaces and non-Latin letters", async () => {
  using small = makeSmallDataset();
  const odd = small.path("ein Ordner – 数据 é");
  Deno.mkdirSync(odd);
  Deno.renameSync(small.data, join(odd, "daten ü"));
  const experiment = small.experiment;
  experiment.pipeline.download.source = { from: "file", path: "daten ü" };
  const config = join(odd, "mein Versuch ß.json");
  Deno.writeTextFileSync(config, JSON.stringify(experiment));
  const [results, cache] = [join(odd, "les résultats"), join(odd, "кэш 1")];
  mustBeDone(await retrace("run", config, "--results", results, "--cache", cache, "--quiet"));
  const first = digestsIn(join(results, "small"));
  const again = await retrace("run", config, "--results", results, "--cache", cache);
  mustBeDone(again);
  assertMatch(again.stdout, / {2}train +hit .*\n/);
  assertEquals(digestsIn(join(results, "small")), first);
  const explained = await retrace("explain", config, "--cache", cache, "--set", "train.epochs=3");
  mustBeDone(explained);
  assertStringIncludes(explained.stdout, "epochs: 2 → 3\n");
});

Deno.test({
  name: "run succeeds on a read-only cache if there is nothing to do, and otherwise says what to do",
  ignore: !canMount(),
  async fn() {
    using small = makeSmallDataset();
    const [results, cache] = [small.path("results"), small.path("cache")];
    const args = ["run", small.config, "--results", results, "--cache", cache];
    Deno.mkdirSync(cache);
    mount(cache, "size=64m");
    try {
      mustBeDone(await retrace(...args, "--quiet"));
      const before = filesUnder(cache);
      mount(cache, "remount,ro,size=64m");
      const nothing = await retrace(...args);
      mustBeDone(nothing);
      assertMatch(nothing.stdout, / {2}validate +hit /);
      const { code, stderr } = await retrace(...args, "--set", "train.epochs=3");
      assertEquals(code, 1);
      assertMatch(stderr, /^error: small@train\.epochs=3, stage train: The store cannot use .*--cache|permission/);
      assertStringIncludes(stderr, cache);
      assertEquals(filesUnder(cache), before);
    } finally {
      unmount(cache);
    }
  },
});
