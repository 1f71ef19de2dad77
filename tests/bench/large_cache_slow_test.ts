/** The cache of the benchmark is a valid one: what is measured is what users have. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fillCache } from "../../bench/large_cache.ts";
import { memoryPeakOf } from "../../bench/memory_peak.ts";
import { runToEnd } from "../../bench/process.ts";
import { cacheCommand, runCommand, TWO_LAYER } from "../../bench/retrace.ts";
import { withWorkspace } from "../../bench/workspace.ts";
import { verifyStore } from "../../pipeline/engine/cache/verify.ts";
import { Store } from "../../pipeline/engine/store/store.ts";

/** Records of the smaller cache, what each further one may take of memory, and what the commands take besides. */
const [RECORDS, BYTES_PER_RECORD, BASE_MB] = [10_000, 1800, 120];

Deno.test({
  name: "a filled cache is intact, its finished run has nothing to do, and going through it takes little memory",
  ignore: Deno.build.os !== "linux" || !isThere("python3"),
  async fn() {
    await withWorkspace((folder) => {
      const run = runCommand(folder, TWO_LAYER, "--set", "train.epochs=1");
      runToEnd(run);
      const { records, artifacts } = fillCache(join(folder, "cache"), RECORDS);
      const found = verifyStore(new Store(join(folder, "cache")));
      assertEquals([found.isGood, found.orphaned, found.records], [true, [], records]);
      assert(found.artifacts > artifacts);
      runToEnd({ ...run, args: [...run.args, "--json"] });
      const allowed = BASE_MB + records * BYTES_PER_RECORD / 1e6;
      for (const args of [["verify"], ["gc", "--unused", "--dry-run"], ["list"]] as const) {
        const peak = memoryPeakOf(cacheCommand(folder, args[0], ...args.slice(1)));
        assert(peak <= allowed, `cache ${args.join(" ")} took ${peak} MB, where ${allowed} are allowed`);
      }
    });
  },
});

function isThere(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}
