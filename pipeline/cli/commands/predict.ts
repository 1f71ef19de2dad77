/** `predict`: what a trained model predicts for new examples. */
import { FormatError } from "../../../core/errors.ts";
import { kindOfInput, ObstacleError, readInput, reasonOf } from "../../engine/files/entry.ts";
import { checkReplaceable, pathsToWrite } from "../../results/whole_file.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { defineCommand } from "../command.ts";
import { printFailure } from "../failure.ts";
import { optional, repeatable } from "../option.ts";
import { pictureText, predictedClass, rowsText } from "../prediction_text.ts";
import { cache, json, results } from "../shared_options.ts";
import { bold, print } from "../terminal.ts";

/** Much more than any picture, or table, of a small model. */
const MAX_BYTES = 2 ** 26;

export const command = defineCommand({
  name: "predict",
  about: "Predict classes or numbers for pictures or rows of a table",
  args: "RUN [INPUT…]",
  terms: {
    RUN: "a run's name or its folder: two-layer, results/two-layer@seed=7",
    INPUT:
      "a PNG or JPEG picture of at most 20 million pixels, or a CSV or TSV table with the run's columns; of at most 64 MiB",
  },
  example: "two-layer seven.png",
  options: {
    row: repeatable("VALUES", 'an example: its values in the order of the run\'s columns, "5.1,3.5,1.4,0.2"'),
    out: optional("FILE", "write the 28 × 28 pixels that a model of digits saw as a PNG (of one picture only)"),
    results,
    cache,
    json,
  },
  details: [
    "A picture for a run on MNIST (a dataset called mnist or mnist-…) is one digit, dark on light or light on dark, of any " +
    "size. It is converted to MNIST's format: fitted into 20 × 20 pixels, and centred on its centre of mass. For other runs " +
    "on pictures, it has the size and the channels of those that the model was trained on, and is taken as it is.",
    "Columns of a table are found by their names; others, such as the label, are ignored.",
    "A damaged file is reported, the others are used all the same, and the exit code is 1.",
  ].join("\n"),
  common: true,
  runs: ({ args: [run], options: { results } }) => ({ results, names: [run] }),
  may: ({ options: { out } }) => ({ read: true, write: out === undefined ? [] : pathsToWrite(out) }),
  async run({ pipeline, args: [run, ...inputs], options: { row, out, results, cache, json } }) {
    if (inputs.length === 0 && row.length === 0) {
      throw new UsageError("predict takes RUN INPUT…, or RUN --row VALUES. See deno task predict --help.");
    }
    if (out !== undefined && inputs.length !== 1) {
      throw new UsageError(`--out takes one picture, but ${inputs.length} were given.`);
    }
    if (out !== undefined) checkReplaceable(out, ".png");
    const { makePredictor } = await import("../../predict/predictor.ts");
    const { folderOfRun, readTrainedModel } = await import("../../results/trained_model.ts");
    const { writtenFiles } = await import("../../results/written_files.ts");
    const { Store } = await import("../../engine/store/store.ts");
    const trained = readTrainedModel(folderOfRun(run, results), writtenFiles(new Store(cache)));
    const predictor = makePredictor(run, trained, pipeline.layers);
    const { names, targets } = predictor;
    let [exitCode, isFirst] = [0, true];

    function show(text: string): void {
      print(json || isFirst ? text : `\n${text}`);
      isFirst = false;
    }
    /** What one input is predicted to be. @throws FormatError */
    async function predict(path: string): Promise<void> {
      if (!predictor.takesPictures) return showRows(path, await predictor.table(readFile(path), path));
      const { outputs, pixels, seen } = await predictor.picture(readFile(path), path);
      if (out !== undefined) {
        const { writeWhole } = await import("../../results/whole_file.ts");
        writeWhole(out, predictor.seenPng(pixels), "what the model saw");
      }
      if (targets !== null) return showRows(path, [outputs]);
      if (!json) return show(pictureText(path, outputs, names, seen));
      const found = predictedClass(outputs, names);
      const digit = predictor.readsDigits ? { digit: found.predicted } : {};
      show(JSON.stringify({ picture: path, ...digit, ...found, probabilities: [...outputs], pixels: [...pixels] }));
    }
    function showRows(path: string | null, outputs: readonly Float32Array[]): void {
      if (!json) return show(`${bold(path ?? "--row")}\n${rowsText(outputs, { classes: names, targets })}`);
      outputs.forEach((values, i) => {
        const found = targets === null
          ? { ...predictedClass(values, names), probabilities: [...values] }
          : { predicted: Object.fromEntries(targets.map((target, t) => [target, values[t]])) };
        show(JSON.stringify({ ...(path === null ? {} : { file: path }), row: i, ...found }));
      });
    }

    if (out !== undefined && !predictor.readsDigits) {
      throw new UsageError(`--out shows how a digit was converted, but ${run} takes its examples as they are.`);
    }
    if (row.length > 0) showRows(null, typedRows(row, predictor.typed));
    for (const path of inputs) {
      try {
        await predict(path);
      } catch (error) {
        // The others are predicted all the same.
        if (!(error instanceof FormatError)) throw error;
        exitCode = printFailure(error);
      }
    }
    return exitCode;
  },
});

/** The outputs for typed rows. @throws UsageError for a row that is none. */
function typedRows(rows: readonly string[], predict: (row: string) => Float32Array): Float32Array[] {
  try {
    return rows.map(predict);
  } catch (error) {
    throw error instanceof FormatError ? new UsageError(error.message) : error;
  }
}

function readFile(path: string): Uint8Array<ArrayBuffer> {
  const kind = kindOfInput(path);
  let problem = "there is no such file";
  try {
    // Deno opens no device; of other kinds, too, the name says more than a failure.
    if (kind !== null && kind !== "file") throw new ObstacleError(path, "file", kind);
    const bytes = readInput(path, MAX_BYTES);
    if (bytes !== null) return bytes;
  } catch (error) {
    const isDenied = error instanceof Deno.errors.NotCapable;
    problem = isDenied ? "it is the system's own, and Deno does not open it" : reasonOf(error);
  }
  throw new FormatError(`Cannot read ${path}: ${problem}.`);
}
