/** Reads the model that a run trained from its results folder. */
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import { attempt } from "../engine/files/entry.ts";
import { ResultsError } from "../engine/run_errors.ts";
import type { KeptFile } from "../engine/stage/stage.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { decodeJson } from "../formats/json.ts";
import { decodeNpy } from "../formats/npy.ts";
import type { TrainedRun } from "../predict/trained_run.ts";
import { readFile, statusIn } from "./folder.ts";
import { adviceForMissing } from "./missing_run.ts";
import { recordedExperiment } from "./recorded_experiment.ts";
import { readRunJson } from "./run_json.ts";
import { editedFiles, type WrittenFiles } from "./written_files.ts";
import { unfinishedRun, unfinishedText } from "./unfinished_run.ts";

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

const moment = z.union([z.number(), z.array(z.number()).min(1)]).optional();
const inputSchema = z.looseObject({
  shape: z.unknown(),
  ...{ mean: moment, std: moment, changed_by: z.array(z.string()).default([]) },
  ...{ classes: z.array(z.string()).default([]), columns: z.array(z.string()).default([]) },
  targets: z.array(z.string()).default([]),
});

const FILES = ["weights.safetensors", "normalize.npy", "input.json", "experiment.json"];

/**
 * Reads the trained model, what is done to examples before it, the names of the classes, columns and targets, and the
 * experiment.
 * @throws ResultsError if they are missing or have changed since the run wrote them, or if a stage has changed the examples
 * in a way that they do not contain.
 */
export function readTrainedModel(folder: string, written?: WrittenFiles): TrainedRun {
  const [weights, table, input, experiment] = FILES.map((name) => readFileOfModel(folder, name, written).bytes);
  const { shape, mean, std, changed_by: [changer], classes, columns, targets } = contentOf(
    input,
    inputSchema,
    "input.json",
  );
  if (changer !== undefined) {
    throw new ResultsError(
      `The stage ${changer} of the run in ${folder} changes the examples after they were read. Its results do not contain ` +
        "how, so nothing can be predicted with them.",
    );
  }
  return {
    weights,
    table: decodeNpy(table, join(folder, "normalize.npy")).data as Float32Array,
    moments: mean === undefined || std === undefined ? null : { mean, std },
    shape,
    names: { classes, columns, targets },
    experiment: contentOf(experiment, recordedExperiment, "experiment.json"),
  };
}

function contentOf<T>(bytes: Uint8Array<ArrayBuffer>, schema: z.ZodType<T>, name: string): T {
  const { data, error } = schema.safeParse(decodeJson(bytes, name));
  if (data !== undefined) return data;
  throw new ResultsError(`${name} is damaged: ${z.prettifyError(error!)}. ${RESTORE}`);
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
