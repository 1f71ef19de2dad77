/** A finished run on the small dataset with the results folder that it wrote; one run serves all tests of a file. */
import { assertStrictEquals } from "@std/assert";
import { join } from "node:path";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { type FinishedSmallRun, finishRun } from "./finished_run.ts";

/** Rows of the test set that the run is evaluated on. */
export const TEST_ROWS = 128;
/** The pictures of a run. */
export const PICTURES = [
  ...["accuracy.png", "activation.png", "calibration.png", "clamped.png", "confusion.png", "loss.png", "mistakes.png"],
  ...["model.svg", "pipeline.svg", "predictions.png", "samples.png", "weights.png"],
];
/** The other files of a run. */
export const TABLES = [
  "experiment.json",
  "history.csv",
  "input.json",
  "manifest.json",
  "metrics.json",
  "normalize.npy",
  "predictions.csv",
  "report.html",
  "run.json",
  "weights.safetensors",
];

/** A results folder of a test's own. */
export interface WrittenRun extends Disposable {
  run: FinishedSmallRun;
  folder: string;
  /** The experiment file that was run. */
  config: string;
  /** The path of a file of the folder. */
  path(name: string): string;
}

interface Base {
  small: SmallDataset;
  run: FinishedSmallRun;
  folder: string;
}

let base: Promise<Base> | null = null;
let removeBase = () => {};
addEventListener("unload", () => removeBase());

/** A copy of the folder that the run wrote, to be read, damaged and written anew. */
export async function writtenRun(): Promise<WrittenRun> {
  base ??= makeBase();
  const { small, run, folder: original } = await base;
  const parent = Deno.makeTempDirSync({ prefix: "retrace-results-" });
  const folder = join(parent, "small");
  Deno.mkdirSync(folder);
  for (const { name } of Deno.readDirSync(original)) Deno.copyFileSync(join(original, name), join(folder, name));
  const path = (name: string) => join(folder, name);
  return {
    run,
    folder,
    config: small.config,
    path,
    [Symbol.dispose]: () => Deno.removeSync(parent, { recursive: true }),
  };
}

/** A JSON file's content. */
export function readJson<T = Record<string, unknown>>(path: string): T {
  return JSON.parse(Deno.readTextFileSync(path));
}

/** The digests of a folder's files by their names, run.json left out. */
export function digestsIn(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== "run.json").sort();
  return Object.fromEntries(names.map((name) => [name, digestOfBytes(Deno.readFileSync(join(folder, name)))]));
}

async function makeBase(): Promise<Base> {
  const small = makeSmallDataset({ test: TEST_ROWS });
  removeBase = () => small[Symbol.dispose]();
  const run = await finishRun(small.config, small.path("cache"));
  const folder = small.path("small");
  assertStrictEquals(await run.writeTo(folder), "written");
  return { small, run, folder };
}
