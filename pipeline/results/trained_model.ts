/** Reads the model that a run trained from its results folder. */
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { ResultsError } from "../engine/run_errors.ts";
import type { KeptFile } from "../engine/stage/stage.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { decodeJson } from "../formats/json.ts";
import { decodeNpy } from "../formats/npy.ts";
import type { TrainedModel } from "../predict/classifier.ts";
import { readFile, statusIn } from "./folder.ts";
import { adviceForMissing } from "./missing_run.ts";
import { readRunJson } from "./run_json.ts";
import { editedFiles, type WrittenFiles } from "./written_files.ts";
import { attempt, unfinishedRun, unfinishedText } from "./unfinished_run.ts";

const RESTORE = "Run the experiment again to restore it from the cache.";

/** The folders in which a run can be: its name is one in `results`, its path is relative to one of `places`. */
export function foldersFor(run: string, results: string, places: readonly string[] = ["."]): string[] {
  const path = run.replace(/(?!^)\/+$/, "");
  return [...new Set([join(results, run), ...places.map((place) => isAbsolute(path) ? path : join(place, path))])];
}

/** The folder of a run: one of those for it. @throws ResultsError if there is none. */
export function folderOfRun(run: string, results: string, folders: readonly string[] = foldersFor(run, results)) {
  // One that may not be read could not be used.
  const status = (folder: string) => attempt(() => statusIn(dirname(resolve(folder)), join(folder, "run.json")));
  const found = folders.find((folder) => status(folder)?.kind === "file");
  if (found !== undefined) return found;
  const last = folders.map((folder) => attempt(() => unfinishedRun(folder))).find((one) => one !== null);
  if (last) throw new ResultsError(`${basename(run)} has no results: it ${unfinishedText(last)}`);
  throw new ResultsError(
    `There are no results of ${run}: no run.json in ${folders.join(" or ")}. ${adviceForMissing(run, results)}`,
  );
}

/**
 * Reads the weights, the table of normalized values, the shape of images, and the names of the classes.
 * @throws ResultsError if they are missing or have changed since the run wrote them.
 */
export function readTrainedModel(folder: string, written?: WrittenFiles): TrainedModel & { names: readonly string[] } {
  const [weights, table, input] = ["weights.safetensors", "normalize.npy", "input.json"].map((name) =>
    readFileOfModel(folder, name, written).bytes
  );
  const content = decodeJson<{ shape?: unknown; classes?: unknown } | null>(input, join(folder, "input.json"));
  const { shape, classes = [] } = content ?? {};
  const names = Array.isArray(classes) ? classes.map(String) : [];
  return { weights, table: decodeNpy(table, join(folder, "normalize.npy")).data as Float32Array, shape, names };
}

/** Reads a file of a trained model. @throws ResultsError if it is missing or has changed since the run wrote it. */
export function readFileOfModel(folder: string, name: string, written?: WrittenFiles): KeptFile {
  const digests = readRunJson(folder)?.files ?? {};
  if (!Object.hasOwn(digests, name)) {
    throw new ResultsError(
      `The run in ${folder} trained no model: it wrote no ${name}. Name a run that trained one, or run this one again.`,
    );
  }
  const bytes = readFile(folder, name);
  const found = bytes === null ? null : digestOfBytes(bytes);
  if (bytes !== null && found === digests[name]) {
    const [edited] = editedFiles(folder, { [name]: bytes }, written);
    if (edited === undefined) return { digest: found, bytes };
    throw new ResultsError(`${edited}. ${RESTORE}`);
  }
  const problem = found === null ? "it is missing" : `its SHA-256 is ${found}, but run.json says ${digests[name]}`;
  throw new ResultsError(`${join(folder, name)} is not what the run wrote: ${problem}. ${RESTORE}`);
}
