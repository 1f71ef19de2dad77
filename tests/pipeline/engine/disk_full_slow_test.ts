import { assertEquals, assertGreater, assertInstanceOf, assertLess, assertStringIncludes } from "@std/assert";
import { verifyStore } from "../../../pipeline/engine/cache/verify.ts";
import { StoreError } from "../../../pipeline/engine/run_errors.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { filesUnder, mustBeDone, retrace } from "../cli/retrace.ts";
import { type Changes, runToys, straightDigests } from "./bench.ts";
import { canMount, mount, unmount } from "./mounted.ts";

const ignore = !canMount();

Deno.test({
  name: "runStages() reports that the disk is full, and continues when there is space",
  ignore,
  async fn() {
    const params: Changes = { words: { repeat: 3000 }, grow: { rounds: 1 } };
    const wanted = await straightDigests(params);
    const folder = Deno.makeTempDirSync();
    const page = 4096;
    mount(folder, `size=${page}`);
    try {
      let failures = 0;
      for (let size = 2 * page;; size += page) {
        assertLess(size, 100 * page, "a failed run leaves nothing that fills the disk");
        const outcome = await runToys(`${folder}/cache`, { params }).catch((error) => error as Error);
        if (!(outcome instanceof Error)) {
          assertEquals(outcome.digests, wanted);
          break;
        }
        assertInstanceOf(outcome, StoreError);
        assertStringIncludes(outcome.message, "The disk is full");
        failures++;
        mount(folder, `remount,size=${size}`);
      }
      assertGreater(failures, 10);
      const left = [...Deno.readDirSync(`${folder}/cache/temporary`)];
      assertEquals(left, [], "incomplete files are removed");
    } finally {
      unmount(folder);
      Deno.removeSync(folder);
    }
  },
});

Deno.test({
  name: "run reports that the disk is full, from 1 MB until cache and results fit, and then has the usual results",
  ignore,
  async fn() {
    using small = makeSmallDataset({ train: 1024, test: 512 });
    const run = (folder: string) =>
      retrace("run", small.config, "--quiet", "--cache", `${folder}/cache`, "--results", `${folder}/results`);
    mustBeDone(await run(small.path("elsewhere")));
    const folder = small.path("full");
    Deno.mkdirSync(folder);
    mount(folder, "size=1m");
    try {
      let failures = 0;
      for (let kilobytes = 1024 + 384;; kilobytes += 384) {
        const { code, stderr } = await run(folder);
        const names = Object.keys(filesUnder(folder));
        assertEquals(
          names.filter((name) => /temporary\/|\.new\/|\.old\/|leases\//.test(name)),
          [],
          "no incomplete files",
        );
        assertEquals(verifyStore(new Store(`${folder}/cache`)).isGood, true);
        if (code === 0) break;
        assertEquals(code, 1);
        assertStringIncludes(stderr, "os error 28");
        assertEquals(stderr.includes("bug in Retrace") || stderr.includes("    at "), false, stderr);
        assertLess(++failures, 100, "a failed run leaves nothing that fills the disk");
        mount(folder, `remount,size=${kilobytes}k`);
      }
      assertGreater(failures, 3);
      assertEquals(figures(`${folder}/results`), figures(small.path("elsewhere/results")));
    } finally {
      unmount(folder);
    }
  },
});

/** The digests of all results except run.json, which contains times, and locks. */
function figures(results: string): Record<string, string> {
  return Object.fromEntries(Object.entries(filesUnder(results)).filter(([name]) => !/run\.json$|\.lock$/.test(name)));
}
