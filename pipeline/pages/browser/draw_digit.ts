/// <reference lib="dom" />
/** Drawing a digit and seeing how the model classifies it. */
import { argmaxOf } from "../../../core/model/metrics.ts";
import { type PackedImages, unpackImage } from "../../charts/page/packed.ts";
import type { Classifier } from "../../predict/classifier.ts";
import { inkOf } from "../../predict/ink.ts";
import { mnistForm, SIDE } from "../../predict/mnist_form.ts";
import { percentText } from "../../text/numbers.ts";
import { startPad } from "./drawing_pad.ts";
import { paint } from "./gallery.ts";

/** Starts the pad and the bars. */
export function startDrawing(classifier: Classifier): void {
  const seen = document.querySelector<HTMLCanvasElement>("#seen")!;
  const answer = document.querySelector<HTMLElement>("#answer")!;
  const bars = [...document.querySelectorAll<HTMLElement>("#bars li")];
  const canvas = document.querySelector<HTMLCanvasElement>("#pad")!;
  const pad = startPad(canvas, () => update());

  function update(): void {
    const pixels = formOrNull(pad.pixels());
    paint(seen, pixels ?? new Uint8Array(SIDE * SIDE), SIDE, SIDE);
    const { probabilities, problem } = classified(classifier, pixels);
    const digit = probabilities === null ? -1 : argmaxOf(probabilities);
    bars.forEach((bar, c) => {
      const probability = probabilities?.[c] ?? null;
      bar.classList.toggle("best", c === digit);
      // All digits, for comparison with the command line's.
      bar.dataset.probability = String(probability ?? "");
      bar.querySelector<HTMLElement>(".fill")!.style.width = `${(probability ?? 0) * 100}%`;
      bar.querySelector(".share")!.textContent = percentText(probability);
    });
    answer.textContent = probabilities === null ? problem : `Seen as a ${digit}: ${percentText(probabilities[digit])}`;
  }

  document.querySelector("#clear")!.addEventListener("click", pad.clear);
  startExamples((bytes) => pad.put(bytes, SIDE));
  const save = document.querySelector<HTMLAnchorElement>("#save")!;
  save.addEventListener("click", () => void (save.href = canvas.toDataURL("image/png")));
  pad.clear();
}

/** The button that puts images on the pad, one after the other: those of the first figure with digits. */
function startExamples(put: (bytes: Uint8Array) => void): void {
  const button = document.querySelector<HTMLButtonElement>("#example")!;
  const figures = [...document.querySelectorAll("figure script.pixels")]
    .map((block): PackedImages => JSON.parse(block.textContent));
  const digits = figures.find(({ colours, width, height, images }) =>
    colours === "grey" && width === SIDE && height === SIDE && images.length > 0
  );
  if (digits === undefined) return;
  let next = 0;
  button.hidden = false;
  button.addEventListener("click", () => put(unpackImage(digits, next++ % digits.images.length)));
}

/** The drawing as the model's input; null for an empty pad. */
function formOrNull({ width, height, data }: ImageData): Uint8Array<ArrayBuffer> | null {
  try {
    return mnistForm(inkOf({ width, height, rgba: data }, "drawing"));
  } catch {
    return null;
  }
}

/** The probabilities of a drawing; null if there are none, and why. */
function classified(classifier: Classifier, pixels: Uint8Array<ArrayBuffer> | null) {
  if (pixels === null) return { probabilities: null, problem: "Nothing is drawn yet." };
  try {
    return { probabilities: classifier.predict(pixels, "the drawing"), problem: "" };
  } catch (error) {
    return { probabilities: null, problem: (error as Error).message };
  }
}
