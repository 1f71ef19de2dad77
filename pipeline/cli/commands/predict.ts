/** `predict`: how a trained model classifies pictures. */
import { FormatError, ShapeError } from "../../../core/errors.ts";
import { ObstacleError, reasonOf } from "../../engine/files/entry.ts";
import { kindOfInput, readInput } from "../../engine/files/input_file.ts";
import { checkReplaceable, pathsToWrite } from "../../results/whole_file.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { percentText } from "../../text/numbers.ts";
import { defineCommand } from "../command.ts";
import { printFailure } from "../failure.ts";
import { optional } from "../option.ts";
import { cache, json, results } from "../shared_options.ts";
import { bold, dim, green, print } from "../terminal.ts";

/** Characters of a bar of probability 1. */
const BAR_WIDTH = 24;
/** Characters of a class's name before its bar. */
const MAX_NAME = 20;
/** Much more than any picture of a digit. */
const MAX_PICTURE_BYTES = 2 ** 26;
const SHADES = " ░▒▓█";

/** The class that a model predicts for a picture: its number and, if the classes have names, its name. */
interface Prediction {
  picture: string;
  digit: number;
  class?: string;
  probabilities: Float32Array;
  /** What the model saw: `side` × `side` bytes. */
  pixels: Uint8Array<ArrayBuffer>;
}

export const command = defineCommand({
  name: "predict",
  about: "Classify a picture of a digit with a trained model",
  args: "RUN PICTURE…",
  terms: {
    RUN: "a run's name or its folder: two-layer, results/two-layer@seed=7",
    PICTURE: "a PNG of one digit, dark on light or light on dark, of at most 20 million pixels and 64 MiB",
  },
  example: "two-layer seven.png",
  options: {
    out: optional("FILE", "write the 28 × 28 pixels that the model saw as a PNG (of one picture only)"),
    results,
    cache,
    json,
  },
  details:
    "The picture is converted to MNIST's format: fitted into 20 × 20 pixels, and centred on its centre of mass. " +
    "A damaged picture is not classified; the others are, and the exit code is 1.",
  common: true,
  runs: ({ args: [run], options: { results } }) => ({ results, names: [run] }),
  may: ({ options: { out } }) => ({ read: true, write: out === undefined ? [] : pathsToWrite(out) }),
  async run({ pipeline, args: [run, ...pictures], options: { out, results, cache, json } }) {
    if (out !== undefined && pictures.length > 1) {
      throw new UsageError(`--out takes one picture, but ${pictures.length} were given.`);
    }
    if (out !== undefined) checkReplaceable(out, ".png");
    const { makeClassifier } = await import("../../predict/classifier.ts");
    const { folderOfRun, readTrainedModel } = await import("../../results/trained_model.ts");
    const { writtenFiles } = await import("../../results/written_files.ts");
    const { Store } = await import("../../engine/store/store.ts");
    const { inkOf } = await import("../../predict/ink.ts");
    const { isMnistShape, mnistForm, SIDE } = await import("../../predict/mnist_form.ts");
    const { readPng, writePng } = await import("../../predict/picture_png.ts");
    const { argmaxOf } = await import("../../../core/model/metrics.ts");
    const { layers } = pipeline;
    const { names, ...trained } = readTrainedModel(folderOfRun(run, results), writtenFiles(new Store(cache)));
    const classifier = makeClassifier(trained, layers);
    if (!isMnistShape(classifier.shape)) {
      throw new ShapeError(
        `The model of ${run} takes images of shape [${classifier.shape.join(", ")}], but a picture is converted to ` +
          `[${SIDE}, ${SIDE}]. ` +
          "Choose a run on images of that size.",
      );
    }
    let [exitCode, isFirst] = [0, true];
    for (const picture of pictures) {
      try {
        const pixels = mnistForm(inkOf(readPng(readPicture(picture), picture), picture));
        const probabilities = classifier.predict(pixels, picture);
        if (out !== undefined) {
          const { writeWhole } = await import("../../results/whole_file.ts");
          writeWhole(out, writePng(pixels, SIDE), "what the model saw");
        }
        const digit = argmaxOf(probabilities);
        const prediction = { picture, digit, class: names[digit], probabilities, pixels };
        if (!json && !isFirst) print("");
        print(json ? jsonLine(prediction) : predictionText(prediction, names, SIDE));
        isFirst = false;
      } catch (error) {
        // The other pictures are classified all the same.
        if (!(error instanceof FormatError)) throw error;
        exitCode = printFailure(error);
      }
    }
    return exitCode;
  },
});

function readPicture(path: string): Uint8Array<ArrayBuffer> {
  const kind = kindOfInput(path);
  let problem = "there is no such file";
  try {
    // Deno opens no device; of other kinds, too, the name says more than a failure.
    if (kind !== null && kind !== "file") throw new ObstacleError(path, "file", kind);
    const bytes = readInput(path, MAX_PICTURE_BYTES);
    if (bytes !== null) return bytes;
  } catch (error) {
    const isDenied = error instanceof Deno.errors.NotCapable;
    problem = isDenied ? "it is the system's own, and Deno does not open it" : reasonOf(error);
  }
  throw new FormatError(`Cannot read the picture ${path}: ${problem}.`);
}

function jsonLine({ probabilities, pixels, ...rest }: Prediction): string {
  return JSON.stringify({ ...rest, probabilities: [...probabilities], pixels: [...pixels] });
}

/** What the model saw, and next to it a bar for each class. */
function predictionText({ picture, digit, probabilities, pixels }: Prediction, names: readonly string[], side: number) {
  const titles = Array.from(probabilities, (_, c) => (names[c] ?? String(c)).slice(0, MAX_NAME));
  const widest = Math.max(...titles.map((title) => title.length));
  const bars = [...probabilities].map((probability, c) => {
    const bar = "█".repeat(Math.round(probability * BAR_WIDTH)).padEnd(BAR_WIDTH, "░");
    const line = `${titles[c].padEnd(widest)}  ${bar}  ${percentText(probability).padStart(8)}`;
    return c === digit ? green(line) : line;
  });
  const seen = blocks(pixels, side);
  const top = Math.max(0, (seen.length - bars.length) >> 1);
  const lines = Array.from(
    { length: Math.max(seen.length, bars.length) },
    (_, i) => `  ${dim(seen[i] ?? " ".repeat(side))}   ${bars[i - top] ?? ""}`.trimEnd(),
  );
  return [`${picture}: ${bold(names[digit] ?? String(digit))}  ${percentText(probabilities[digit])}`, ...lines].join(
    "\n",
  );
}

/** Characters of a terminal are twice as high as wide: one for two pixels, by their mean. */
function blocks(pixels: Uint8Array, side: number): string[] {
  return Array.from({ length: side / 2 }, (_, y) =>
    Array.from({ length: side }, (_, x) => {
      const mean = (pixels[2 * y * side + x] + pixels[(2 * y + 1) * side + x]) / 2;
      return SHADES[Math.round(mean / 255 * (SHADES.length - 1))];
    }).join(""));
}
