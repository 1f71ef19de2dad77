import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { livePathOf, openLiveLog } from "../../../pipeline/results/live_log.ts";
import { follow } from "../../../pipeline/ui/live_state.ts";
import { listedRuns, newsOf } from "../../../pipeline/ui/listed_runs.ts";
import { mustBeDone, retrace } from "../cli/retrace.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { withFolder } from "../sources/scratch.ts";
import { writeRun } from "./served.ts";

const TRAIN = { model: ["linear(784,10)", "softmax"], epochs: 3 };

Deno.test("a run can be followed epoch by epoch, and is finished when its log is gone", async () => {
  await withFolder((folder) => {
    const store = new Store(join(folder, "cache"));
    const run = { folder: join(folder, "results", "one"), runName: "one", train: TRAIN };
    const metrics = (epoch: number) => {
      const text = JSON.stringify({ epoch, train_loss: 1 / epoch, train_accuracy: 0.5, train_clamped: 0 });
      return { metrics: store.put(new TextEncoder().encode(text)) };
    };
    using follower = follow(run.folder, "one");
    assertEquals(follower.state(), null);
    const log = openLiveLog(run, store)!;
    assertEquals(follower.state()!.status, "running");
    log.stageStarts("train", [metrics(1)]);
    log.stepEnds("train", 1, metrics(2));
    const state = follower.state()!;
    assertEquals(state.stage, "train");
    assertEquals(state.epochs, 3);
    assertEquals(state.trainLoss, [1, 0.5]);
    log.stepEnds("train", 2, metrics(4));
    log.close();
    // The last lines are read although the file is gone.
    assertEquals(follower.state()!.trainLoss, [1, 0.5, 0.25]);
    assertEquals(follower.state()!.status, "finished");
    // Another run of the same name.
    using _again = { [Symbol.dispose]: openLiveLog(run, store)!.close };
    assertEquals(follower.state()!.status, "running");
    assertEquals(follower.state()!.trainLoss, []);
    return Promise.resolve();
  });
});

Deno.test("a run that fails says why", async () => {
  await withFolder((folder) => {
    const run = { folder: join(folder, "one"), runName: "one", train: TRAIN };
    using follower = follow(run.folder, "one");
    const log = openLiveLog(run, new Store(join(folder, "cache")))!;
    follower.state();
    log.fails("The loss became NaN.");
    log.close();
    assertEquals(follower.state()!.status, "failed");
    assertEquals(follower.state()!.reason, "The loss became NaN.");
    return Promise.resolve();
  });
});

Deno.test("a run that was killed is stopped, not at work for ever; its next run is at work again", async () => {
  await withFolder(async (folder) => {
    const run = { folder: join(folder, "one"), runName: "one", train: TRAIN };
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...[
          "run",
          "--quiet",
          "--allow-read",
          "--allow-write",
          fileURLToPath(new URL("./live_child.ts", import.meta.url)),
        ],
        ...[run.folder, join(folder, "cache")],
      ],
      stdout: "piped",
    }).spawn();
    // It says so when its log is open.
    const reader = child.stdout.getReader();
    await reader.read();
    using follower = follow(run.folder, "one");
    assertEquals(follower.state()!.status, "running");
    assertEquals(newsOf(folder).live.map(({ status }) => status), ["running"]);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assertEquals(follower.state()!.status, "stopped");
    const log = openLiveLog(run, new Store(join(folder, "cache")))!;
    assertEquals(follower.state()!.status, "running");
    log.close();
  });
});

Deno.test("a log that was left behind does not outlive later results", async () => {
  await withFolder((results) => {
    const folder = join(results, "one");
    Deno.writeTextFileSync(livePathOf(folder), JSON.stringify({ run: "one", layers: [], epochs: 3 }) + "\n");
    assertEquals(listedRuns(results).map(({ status }) => status), ["stopped"]);
    writeRun(results, "one");
    Deno.utimeSync(livePathOf(folder), 1, 1);
    assertEquals(listedRuns(results).map(({ status }) => status), ["finished"]);
    return Promise.resolve();
  });
});

Deno.test("run leaves no log behind, whether it is done or fails, and writes none when it has nothing to do", async () => {
  using small = makeSmallDataset();
  const results = small.path("results");
  const options = ["--results", results, "--cache", small.path("cache"), "--quiet"];
  const logs = () => [...Deno.readDirSync(results)].map(({ name }) => name).filter((name) => name.includes(".live"));
  mustBeDone(await retrace("run", small.config, ...options));
  assertEquals(logs(), []);

  // Where the log would be lies a folder: a run that has nothing to do does not come upon it.
  const place = livePathOf(join(results, "small"));
  Deno.mkdirSync(place);
  mustBeDone(await retrace("run", small.config, ...options));
  assertEquals(logs(), [".small.live"]);
  // A log that cannot be written keeps no run from going on.
  mustBeDone(await retrace("run", small.config, "--force", "validate", ...options));
  Deno.removeSync(place);

  const failed = await retrace("run", small.config, "--set", "train.optimizer.lr=1e30", ...options);
  assertEquals(failed.code, 1);
  assertStringIncludes(failed.stderr, "error:");
  assert(logs().every((name) => !name.endsWith(".live")), logs().join());
});
