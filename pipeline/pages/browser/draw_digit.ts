/// <reference lib="dom" />
/** Drawing a digit and seeing what the model makes of it. */
import type { Classifier } from "../../predict/classifier.ts";
import { mostLikely } from "../../predict/classifier.ts";
import { inkOf } from "../../predict/ink.ts";
import { mnistForm, SIDE } from "../../predict/mnist_form.ts";
import type { ScriptData } from "../page_data.ts";
import { percentText } from "../page_numbers.ts";
import { imageBytes, paint } from "./image_list.ts";
import { startPad } from "./drawing_pad.ts";

/** Brings pad and bars to life. */
export function startDrawing(classifier: Classifier, { samples }: ScriptData): void {
  const seen = document.querySelector<HTMLCanvasElement>("#seen")!;
  const answer = document.querySelector<HTMLElement>("#answer")!;
  const bars = [...document.querySelectorAll<HTMLElement>("#bars li")];
  const canvas = document.querySelector<HTMLCanvasElement>("#pad")!;
  const pad = startPad(canvas, () => update());
  let next = 0;

  function update(): void {
    const pixels = formOrNull(pad.pixels());
    paint(seen, pixels ?? new Uint8Array(SIDE * SIDE), SIDE, SIDE);
    const probabilities = pixels === null ? null : classifier.predict(pixels);
    const digit = probabilities === null ? -1 : mostLikely(probabilities);
    bars.forEach((bar, c) => {
      const probability = probabilities?.[c] ?? null;
      bar.classList.toggle("best", c === digit);
      // Every digit of it, for those who compare it with the command line's.
      bar.dataset.probability = String(probability ?? "");
      bar.querySelector<HTMLElement>(".fill")!.style.width = `${(probability ?? 0) * 100}%`;
      bar.querySelector(".share")!.textContent = percentText(probability);
    });
    answer.textContent = probabilities === null
      ? "Nothing is drawn yet."
      : `Seen as a ${digit}: ${percentText(probabilities[digit])}`;
  }

  document.querySelector("#clear")!.addEventListener("click", pad.clear);
  document.querySelector("#example")!.addEventListener("click", () => {
    pad.put(imageBytes(samples, next % samples.images.length), samples.width);
    next++;
  });
  const save = document.querySelector<HTMLAnchorElement>("#save")!;
  save.addEventListener("click", () => void (save.href = canvas.toDataURL("image/png")));
  pad.clear();
}

/** What is drawn as the model takes it; null for an empty pad. */
function formOrNull({ width, height, data }: ImageData): Uint8Array<ArrayBuffer> | null {
  try {
    return mnistForm(inkOf({ width, height, rgba: data }, "drawing"));
  } catch {
    return null;
  }
}
