/** A results folder with finished runs of any name, and a server for it. */
import { join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { seedPaths } from "../../../pipeline/experiment/schema.ts";
import type { ListedRun, ListNews } from "../../../pipeline/pages/ui_pages.ts";
import { listedRuns, newsOf } from "../../../pipeline/ui/listed_runs.ts";
import { followAll } from "../../../pipeline/ui/live_runs.ts";
import type { HttpLimits } from "../../../pipeline/ui/http_server.ts";
import { serveUi, type Shown } from "../../../pipeline/ui/server.ts";
import { sealRun } from "../compare/fake_runs.ts";

/** Writes what the ui reads of a finished run. */
export function writeRun(results: string, name: string, { seed = 0, accuracy = 0.9, lr = 0.1 } = {}): string {
  const folder = join(results, name);
  Deno.mkdirSync(folder, { recursive: true });
  const train = { model: ["linear(784,10)", "softmax"], optimizer: { name: "basic", lr }, epochs: 1, seed };
  const write = (file: string, text: string) => Deno.writeTextFileSync(join(folder, file), text);
  write("experiment.json", JSON.stringify({ name, seed, pipeline: { train } }));
  write("metrics.json", JSON.stringify({ accuracy, loss: 0.5, loss_per_image: 0.5, epochs: 1 }));
  const head = "epoch,train_loss,test_accuracy,test_loss,test_loss_per_image,train_accuracy,train_clamped";
  write("history.csv", `${head}\n0,,0.1,2.3,2.3,,\n1,0.6,${accuracy},0.5,0.5,0.8,0\n`);
  write("report.html", `<h1>report of the run</h1>`);
  sealRun(folder);
  return folder;
}

/** What a server of the classifier's runs shows. */
export function shownOf(results: string): Shown {
  return { pipeline: classifier, seeds: seedPaths(classifier), results };
}

/** A server while `work` goes on. */
export async function served<T>(
  shown: Shown,
  work: (url: string, port: number) => Promise<T>,
  port = 0,
  limits?: HttpLimits,
): Promise<T> {
  const end = new AbortController();
  const ui = await serveUi(shown, port, end.signal, limits);
  try {
    return await work(`http://127.0.0.1:${ui.port}`, ui.port);
  } finally {
    end.abort();
    await ui.finished;
  }
}

/** The list of all runs, as a page has it. */
export function listOf(results: string): ListedRun[] {
  using logs = followAll(results);
  return listedRuns(classifier, results, logs);
}

/** The news of a folder. */
export function newsIn(results: string): ListNews {
  using logs = followAll(results);
  return newsOf(results, logs);
}
