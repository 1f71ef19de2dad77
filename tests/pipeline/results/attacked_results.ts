/** Attacks every place of a results folder with every obstacle, for everything that uses it: `attacked_results.ts OBSTACLE…`. */
import { dirname } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { findRuns } from "../../../pipeline/compare/find_runs.ts";
import { checkPlace, withResultsLock } from "../../../pipeline/results/folder.ts";
import { openLiveLog } from "../../../pipeline/results/live_log.ts";
import { digestsNeededBy } from "../../../pipeline/results/manifest.ts";
import { ownFiles } from "../../../pipeline/results/results.ts";
import { folderOfRun, readTrainedModel } from "../../../pipeline/results/trained_model.ts";
import { folderOf, listedRuns, newsOf, reportOf } from "../../../pipeline/ui/listed_runs.ts";
import { followAll } from "../../../pipeline/ui/live_runs.ts";
import { follow } from "../../../pipeline/ui/live_state.ts";
import { attack, makeOutside, plant, remove } from "../engine/obstacles.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { type FinishedSmallRun, finishRun } from "./finished_run.ts";

/** A run and its results folder. */
interface Written {
  folder: string;
  run: FinishedSmallRun;
}

const COMMANDS: Record<string, (written: Written) => unknown> = {
  async run({ folder, run: { pipeline, run, store, writeTo } }) {
    checkPlace(folder, ownFiles(pipeline));
    const log = openLiveLog({ pipeline, folder, name: run.name, experiment: run.experiment }, store);
    await withResultsLock(folder, () => {}, () => writeTo(folder));
    log?.close();
  },
  "cache gc": ({ folder }) => digestsNeededBy(dirname(folder)),
  "compare": ({ folder, run: { pipeline } }) =>
    findRuns(["small", `${dirname(folder)}/*`], { pipeline, results: dirname(folder), data: [] }),
  "predict": ({ folder }) => readTrainedModel(folderOfRun("small", dirname(folder))),
  ui({ folder, run: { pipeline } }) {
    const results = dirname(folder);
    using logs = followAll(results);
    listedRuns(pipeline, results, logs);
    newsOf(results, logs);
    folderOf(results, "small");
    reportOf(results, "small");
    using follower = follow(folder, "small", ["accuracy"]);
    follower.run();
  },
};

/** Relative to the folder that contains the run's. */
const FOLDERS = ["small", ".small.new", ".small.old"];
const FILES = [
  ...[".small.lock", ".small.live", ".small.unfinished.json"],
  ...["manifest.json", "run.json", "metrics.json", "experiment.json", "report.html", "weights.safetensors", "model.svg"]
    .map((name) => `small/${name}`),
  "small/.run.json.new",
];

if (import.meta.main) {
  using small = makeSmallDataset();
  // Pictures would take most of the time.
  const charts = classifier.charts.filter(({ picture }) => picture === "svg");
  const run = await finishRun(small.config, small.path("cache"), [], { ...classifier, charts });
  const outside = small.path("outside");
  makeOutside(outside, ["x", ...FILES.map((path) => path.split("/").at(-1)!)]);
  const written = { folder: small.path("results/small"), run };
  for (const obstacle of Deno.args) {
    const places = [...(obstacle === "a folder" ? [] : FOLDERS), ...(obstacle === "a file" ? [] : FILES)];
    for (const place of places) {
      await run.writeTo(written.folder);
      const path = small.path(`results/${place}`);
      for (const [name, command] of Object.entries(COMMANDS)) {
        plant(obstacle, path, outside);
        await attack(`${name}: ${obstacle} in the place of ${place}`, outside, () => command(written));
      }
      remove(path);
      await attack(`afterwards: ${obstacle} in the place of ${place}`, outside, async () => {
        await COMMANDS.run(written);
        await COMMANDS.predict(written);
      });
      remove(small.path("results"));
    }
  }
}
