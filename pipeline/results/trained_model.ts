/** Reads back from a results folder the model that a run trained. */
import { basename, join } from "node:path";
import { ResultsError } from "../engine/run_errors.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { decodeNpy } from "../formats/npy.ts";
import type { TrainedModel } from "../predict/classifier.ts";
import { readFile } from "./folder.ts";
import { readRunJson } from "./run_json.ts";

/**
 * The folder of a run that is given by its name or its path.
 * @throws ResultsError when there is none; it says how to make it.
 */
export function folderOfRun(run: string, results: string): string {
  const folders = [join(results, run), run.replace(/\/+$/, "")];
  const found = folders.find((folder) => readFile(folder, "run.json") !== null);
  if (found !== undefined) return found;
  throw new ResultsError(
    `There are no results of ${run}: no run.json in ${folders.join(" or ")}. ` +
      `Run it first: deno task run experiments/${basename(run).split("@")[0]}.json.`,
  );
}

/**
 * Reads the weights and the table of normalized values; both must be the bytes that the run wrote.
 * @throws ResultsError when they are missing or have changed.
 */
export function readTrainedModel(folder: string): TrainedModel {
  const weights = readWhole(folder, "weights.safetensors");
  const table = decodeNpy(readWhole(folder, "normalize.npy"), join(folder, "normalize.npy"));
  return { weights, table: table.data as Float32Array };
}

/** The bytes of a file that run.json has the digest of. */
function readWhole(folder: string, name: string): Uint8Array<ArrayBuffer> {
  const bytes = readFile(folder, name);
  const digest = readRunJson(folder)?.files[name];
  if (bytes !== null && digestOfBytes(bytes) === digest) return bytes;
  const found = bytes === null
    ? "it is missing"
    : `its SHA-256 is ${digestOfBytes(bytes)}, but run.json says ${digest ?? "nothing about it"}`;
  const path = join(folder, name);
  throw new ResultsError(
    `${path} is not what the run wrote: ${found}. Run the experiment again to restore it from the cache.`,
  );
}
