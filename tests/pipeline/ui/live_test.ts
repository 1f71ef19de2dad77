import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figureJson } from "../../../pipeline/define/figure.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { livePathOf, openLiveLog } from "../../../pipeline/results/live_log.ts";
import { follow } from "../../../pipeline/ui/live_state.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { mustBeDone, retrace } from "../cli/retrace.ts";
import { withFolder } from "../sources/scratch.ts";
import { listOf, newsIn, served, shownOf, writeRun } from "./served.ts";
import { liveRun, runAtWork } from "./toy_run.ts";

const FIGURES = ["train_loss", "accuracy", "confusion"];

Deno.test("a run can be followed epoch by epoch, and is finished when its log is gone", async () => {
  await withFolder((folder) => {
    const [store, place] = [new Store(join(folder, "cache")), join(folder, "results", "one")];
    using follower = follow(place, "one", FIGURES);
    assertEquals(follower.run(), null);
    const run = runAtWork(place, store);
    const { status, title, epochs } = follower.run()!;
    assertEquals([status, title, epochs], ["running", "linear(784,10) → softmax · 3 epochs", 3]);
    run.begin("train", { train_loss: null }, { train_loss: 1 });
    run.begin("validate", { accuracy: 0.125 });
    run.validate(1, 0.5);
    run.train(2, 0.5);
    const now = follower.run()!;
    assertEquals([now.stage, now.epoch], ["validate", 2]);
    // Figures of detail are not told.
    assertEquals(now.figures, { train_loss: [null, 1, 0.5], accuracy: [0.125, 0.5] });
    run.validate(2, 0.75);
    run.close();
    // The last lines are read although the file is gone.
    assertEquals(follower.run()!.figures.accuracy, [0.125, 0.5, 0.75]);
    assertEquals(follower.run()!.status, "finished");
    // Another run of the same name.
    const again = runAtWork(place, store);
    assertEquals([follower.run()!.status, follower.run()!.figures], ["running", {}]);
    again.close();
    return Promise.resolve();
  });
});

Deno.test("a run that fails says why", async () => {
  await withFolder((folder) => {
    using follower = follow(join(folder, "one"), "one", FIGURES);
    const run = runAtWork(join(folder, "one"), new Store(join(folder, "cache")));
    follower.run();
    run.fails("The loss became NaN.");
    run.close();
    assertEquals(follower.run()!.status, "failed");
    assertEquals(follower.run()!.reason, "The loss became NaN.");
    return Promise.resolve();
  });
});

Deno.test("a log that somebody else wrote harms nobody: lines of other shapes are left out", async () => {
  await withFolder((folder) => {
    const lines = [
      '{"run":"one","title":"t","epochs":3,"experiment":3}',
      '{"epoch":1e9,"figures":{"accuracy":1}}',
      '{"epoch":-1,"figures":{"accuracy":1}}',
      '{"epoch":1,"figures":{"accuracy":"<b>","__proto__":0.5}}',
      "[1]\nnull\ngarbage",
      '{"epoch":2,"figures":{"accuracy":0.5',
    ];
    Deno.writeTextFileSync(livePathOf(join(folder, "one")), lines.join("\n"));
    using follower = follow(join(folder, "one"), "one", FIGURES);
    const run = follower.run()!;
    assertEquals([run.title, run.epochs, run.figures.accuracy], ["", 0, [null, null]]);
    assertEquals(Object.hasOwn(Object.prototype, 1), false);
    return Promise.resolve();
  });
});

Deno.test("figures that are infinite or NaN are followed as such, and shown", async () => {
  await withFolder(async (folder) => {
    const texts = ["NaN", "-Infinity", null, "Infinity"].map((loss, epoch) => ({ epoch, figures: { loss } }));
    const lines = [{ run: "one", title: "t", epochs: 3, experiment: { pipeline: {} } }, ...texts];
    Deno.writeTextFileSync(livePathOf(join(folder, "one")), lines.map((line) => JSON.stringify(line) + "\n").join(""));
    using follower = follow(join(folder, "one"), "one", ["loss"]);
    assertEquals(follower.run()!.figures.loss, [NaN, -Infinity, null, Infinity]);
    assertEquals(
      figureJson({ loss: [Infinity, NaN, -Infinity, null, 1] }),
      '{"loss":["Infinity","NaN","-Infinity",null,1]}',
    );
    const run = writeRun(folder, "diverged");
    Deno.writeTextFileSync(join(run, "metrics.json"), '{"run":"diverged","accuracy":0.5,"loss":"Infinity","epochs":1}');
    await served(shownOf(folder), async (url) => {
      const [list, live] = await Promise.all(
        ["/", "/run?name=one"].map(async (path) => (await fetch(url + path)).text()),
      );
      assertStringIncludes(list, '<td class="figure">∞</td>');
      assertStringIncludes(live, "<dt>test loss</dt><dd>∞</dd>");
    });
  });
});

Deno.test("a run that was killed is stopped, not at work for ever; its next run is at work again", async () => {
  await withFolder(async (folder) => {
    const place = join(folder, "one");
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...[
          "run",
          "--quiet",
          "--allow-read",
          "--allow-write",
          fileURLToPath(new URL("./live_child.ts", import.meta.url)),
        ],
        ...[place, join(folder, "cache")],
      ],
      stdout: "piped",
    }).spawn();
    // It says so when its log is open.
    const reader = child.stdout.getReader();
    await reader.read();
    using follower = follow(place, "one", FIGURES);
    assertEquals(follower.run()!.status, "running");
    assertEquals(newsIn(folder).live.map(({ state }) => state.includes("running")), [true]);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assertEquals(follower.run()!.status, "stopped");
    const again = runAtWork(place, new Store(join(folder, "cache")));
    assertEquals(follower.run()!.status, "running");
    again.close();
  });
});

Deno.test("a log that cannot be locked or renamed leaves neither a file nor an open one", async () => {
  await withFolder((folder) => {
    const store = new Store(join(folder, "cache"));
    const results = join(folder, "results");
    const place = join(results, "one");
    const original = Deno.FsFile.prototype.tryLockSync;
    try {
      Deno.FsFile.prototype.tryLockSync = () => {
        throw new Error("No locks available (os error 37)");
      };
      assertEquals(openLiveLog(liveRun(place), store), null);
    } finally {
      Deno.FsFile.prototype.tryLockSync = original;
    }
    assertEquals([...Deno.readDirSync(results)], []);
    Deno.mkdirSync(livePathOf(place));
    assertEquals(openLiveLog(liveRun(place), store), null);
    assertEquals([...Deno.readDirSync(results)].map(({ name }) => name), [".one.live"]);
    return Promise.resolve();
  });
});

Deno.test("a log that was left behind does not outlive later results", async () => {
  await withFolder((results) => {
    const folder = join(results, "one");
    Deno.writeTextFileSync(livePathOf(folder), "{}\n");
    assertEquals(listOf(results).map(({ status }) => status), ["stopped"]);
    writeRun(results, "one");
    Deno.utimeSync(livePathOf(folder), 1, 1);
    assertEquals(listOf(results).map(({ status }) => status), ["finished"]);
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
