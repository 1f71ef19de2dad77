/** `predict`: what a trained model sees in a picture. */
import { FormatError, ShapeError } from "../../../core/errors.ts";
import { ResultsError, UsageError } from "../../engine/run_errors.ts";
import { folderOfRun, readTrainedModel } from "../../results/trained_model.ts";
import { percentText } from "../../text/numbers.ts";
import { readOptions } from "../options.ts";
import { bold, dim, green, print } from "../terminal.ts";

const HELP = `Predict the digit in a picture with a trained model.

  deno task predict RUN PICTURE.png… [options]

  RUN             a run's name or its folder: two-layer, results/two-layer@seed=7
  PICTURE.png     one digit, of any size, dark on light or light on dark
  --out FILE      write the 28 × 28 pixels that the model saw as a PNG (one picture only)
  --results DIR   where the results are (default: results)
  --json          print one JSON object a picture: digit, probabilities, pixels

The picture is brought into the form of MNIST's: the digit fitted into 20 × 20 pixels, and placed by its centre of mass.`;

/** What a model says of a picture. */
interface Prediction {
  picture: string;
  digit: number;
  probabilities: Float32Array;
  pixels: Uint8Array<ArrayBuffer>;
}

/** The command. */
export async function predict(args: string[]): Promise<number> {
  const { values, switches, rest } = readOptions(args, {
    command: "predict",
    values: ["out", "results"],
    switches: ["json"],
  });
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  const [run, ...pictures] = rest;
  if (run === undefined || pictures.length === 0) {
    throw new UsageError("predict takes a run and pictures, as in deno task predict two-layer seven.png.");
  }
  if (values.out !== undefined && pictures.length > 1) {
    throw new UsageError(`--out takes what is seen of one picture, but ${pictures.length} were given. Give one.`);
  }
  const model = readTrainedModel(folderOfRun(run, values.results ?? "results"));
  const predictions = await predictAll(run, model, pictures);
  if (values.out !== undefined) await writePicture(values.out, predictions[0].pixels);
  print(predictions.map(switches.has("json") ? jsonLine : predictionText).join(switches.has("json") ? "\n" : "\n\n"));
  return 0;
}

/** All pictures are read and seen before anything is told. */
async function predictAll(
  run: string,
  model: ReturnType<typeof readTrainedModel>,
  pictures: readonly string[],
): Promise<Prediction[]> {
  const [{ makeClassifier, mostLikely }, { inkOf }, { mnistForm, SIDE }, { readPng }] = await Promise.all([
    import("../../predict/classifier.ts"),
    import("../../predict/ink.ts"),
    import("../../predict/mnist_form.ts"),
    import("../../predict/picture_png.ts"),
  ]);
  const classifier = makeClassifier(model);
  if (classifier.features !== SIDE * SIDE) {
    throw new ShapeError(
      `The model of ${run} takes ${classifier.features} values, but a picture is brought to ${SIDE} × ${SIDE} = ${
        SIDE * SIDE
      } pixels. Choose a run on images of that size.`,
    );
  }
  const predictions: Prediction[] = [];
  for (const picture of pictures) {
    const pixels = mnistForm(inkOf(await readPng(readPicture(picture), picture), picture));
    const probabilities = classifier.predict(pixels);
    predictions.push({ picture, digit: mostLikely(probabilities), probabilities, pixels });
  }
  return predictions;
}

function readPicture(path: string): Uint8Array<ArrayBuffer> {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new FormatError(`Cannot read the picture ${path}: ${(error as Error).message}.`);
  }
}

async function writePicture(path: string, pixels: Uint8Array): Promise<void> {
  const [{ writePng }, { SIDE }] = await Promise.all([
    import("../../predict/picture_png.ts"),
    import("../../predict/mnist_form.ts"),
  ]);
  try {
    Deno.writeFileSync(path, writePng(pixels, SIDE));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new ResultsError(`Cannot write what the model saw to ${path}: ${(error as Error).message}.`);
  }
}

function jsonLine({ picture, digit, probabilities, pixels }: Prediction): string {
  return JSON.stringify({ picture, digit, probabilities: [...probabilities], pixels: [...pixels] });
}

const BAR_WIDTH = 24;

/** What the model saw, and beside it a bar for each class. */
function predictionText({ picture, digit, probabilities, pixels }: Prediction): string {
  const bars = [...probabilities].map((probability, c) => {
    const bar = "█".repeat(Math.round(probability * BAR_WIDTH)).padEnd(BAR_WIDTH, "░");
    const line = `${c}  ${bar}  ${percentText(probability).padStart(8)}`;
    return c === digit ? green(line) : line;
  });
  const seen = blocks(pixels);
  const top = Math.max(0, (seen.length - bars.length) >> 1);
  const height = Math.max(seen.length, bars.length);
  const lines = Array.from(
    { length: height },
    (_, i) => `  ${dim(seen[i] ?? " ".repeat(28))}   ${bars[i - top] ?? ""}`.trimEnd(),
  );
  return [`${picture}: ${bold(String(digit))}  ${percentText(probabilities[digit])}`, ...lines].join("\n");
}

const SHADES = " ░▒▓█";

/** A terminal's letters are twice as high as wide: one for each two pixels, by their mean. */
function blocks(pixels: Uint8Array): string[] {
  const side = Math.round(Math.sqrt(pixels.length));
  return Array.from({ length: side / 2 }, (_, y) =>
    Array.from({ length: side }, (_, x) => {
      const mean = (pixels[2 * y * side + x] + pixels[(2 * y + 1) * side + x]) / 2;
      return SHADES[Math.round(mean / 255 * (SHADES.length - 1))];
    }).join(""));
}
