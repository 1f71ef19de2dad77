import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { livePathOf } from "../../../pipeline/results/live_log.ts";
import { runInProgress } from "../../../pipeline/ui/live_runs.ts";
import { follow } from "../../../pipeline/ui/live_state.ts";
import { changes } from "../../../pipeline/ui/http_server.ts";
import { withFolder } from "../sources/scratch.ts";
import { runAtWork } from "./toy_run.ts";

const FIGURES = ["train_loss", "accuracy"];

/** A stream of 1, 2, … whose snapshot number `failing` throws, read to its end. */
async function streamed(failing: number): Promise<{ events: string[]; taken: number; closed: number }> {
  let [taken, closed] = [0, 0];
  const snapshot = () => {
    if (++taken === failing) throw new Error("The log cannot be read.");
    return taken;
  };
  const text = await changes(snapshot, () => closed++).text();
  return { events: text.trimEnd().split("\n\n"), taken, closed };
}

// The test runner fails a test that leaves a timer behind, and the whole process for an exception in a timer.
Deno.test("a snapshot that fails ends its stream and its timer, and nothing else", async () => {
  assertEquals(await streamed(1), { events: ["retry: 1000"], taken: 1, closed: 1 });
  assertEquals(await streamed(3), { events: ["retry: 1000", "data: 1", "data: 2"], taken: 3, closed: 1 });
});

Deno.test("a client that disconnects ends its stream and its timer", async () => {
  let closed = 0;
  const reader = changes(() => 1, () => closed++).body!.getReader();
  await reader.read();
  await reader.cancel();
  assertEquals(closed, 1);
});

Deno.test("a log on a file system without locks belongs to no run in progress", async () => {
  await withFolder((folder) => {
    const place = join(folder, "one");
    const run = runAtWork(place, new Store(join(folder, "cache")));
    using follower = follow(place, "one", FIGURES);
    const original = Deno.FsFile.prototype.tryLockSync;
    try {
      Deno.FsFile.prototype.tryLockSync = () => {
        throw new Error("No locks available (os error 37)");
      };
      assertEquals(follower.run()!.status, "stopped");
    } finally {
      Deno.FsFile.prototype.tryLockSync = original;
    }
    assertEquals(follower.run()!.status, "running");
    run.close();
    return Promise.resolve();
  });
});

Deno.test("a log that cannot be read hides no other run", async () => {
  await withFolder((folder) => {
    Deno.mkdirSync(livePathOf(join(folder, "a")));
    const run = runAtWork(join(folder, "b"), new Store(join(folder, "cache")));
    assertEquals(runInProgress(folder, "b", FIGURES)?.status, "running");
    run.close();
    return Promise.resolve();
  });
});
