/** Predictions as text: pictures with a bar for each class, rows of a table as a table. */
import { argmaxOf } from "../../core/model/metrics.ts";
import { numberText, percentText } from "../text/numbers.ts";
import { bold, dim, green, tableText } from "./terminal.ts";

/** Characters of a bar of probability 1. */
const BAR_WIDTH = 24;
/** Characters of a class's name before its bar. */
const MAX_NAME = 20;
/** Of more classes, only the most probable are shown. */
const MAX_BARS = 20;
/** Wider pictures are not drawn: a line of a terminal has 80 characters. */
const MAX_SEEN = 40;
const SHADES = " ░▒▓█";

/** What the model saw: grey bytes in rows. */
export interface Seen {
  readonly pixels: Uint8Array;
  readonly width: number;
}

/** The class with the highest probability, and its name, if the classes have names. */
export function predictedClass(probabilities: Float32Array, names: readonly string[]) {
  const predicted = argmaxOf(probabilities);
  return { predicted, ...(names.length === 0 ? {} : { class: names[predicted] }) };
}

/** What the model saw, unless it is null or wide, and next to it a bar for each class. */
export function pictureText(path: string, probabilities: Float32Array, names: readonly string[], picture: Seen | null) {
  const best = argmaxOf(probabilities);
  const order = [...probabilities.keys()];
  const shown = order.length <= MAX_BARS
    ? order
    : order.sort((a, b) => probabilities[b] - probabilities[a] || a - b).slice(0, MAX_BARS);
  const titles = shown.map((c) => (names[c] ?? String(c)).slice(0, MAX_NAME));
  const widest = Math.max(...titles.map((title) => title.length));
  const bars = shown.map((c, i) => {
    const bar = "█".repeat(Math.round(probabilities[c] * BAR_WIDTH)).padEnd(BAR_WIDTH, "░");
    const line = `${titles[i].padEnd(widest)}  ${bar}  ${percentText(probabilities[c]).padStart(8)}`;
    return c === best ? green(line) : line;
  });
  const seen = picture === null || picture.width > MAX_SEEN ? [] : blocks(picture);
  const top = Math.max(0, (seen.length - bars.length) >> 1);
  const lines = Array.from({ length: Math.max(seen.length, bars.length) }, (_, i) => {
    const left = seen.length === 0 ? "" : `${dim(seen[i] ?? " ".repeat(picture!.width))}   `;
    return `  ${left}${bars[i - top] ?? ""}`.trimEnd();
  });
  return [`${path}: ${bold(names[best] ?? String(best))}  ${percentText(probabilities[best])}`, ...lines].join("\n");
}

/** Characters of a terminal are twice as high as wide: one for two pixels, by their mean. */
function blocks({ pixels, width }: Seen): string[] {
  const height = pixels.length / width;
  return Array.from({ length: Math.ceil(height / 2) }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const [upper, lower] = [2 * y, Math.min(2 * y + 1, height - 1)].map((row) => pixels[row * width + x]);
      return SHADES[Math.round((upper + lower) / 2 / 255 * (SHADES.length - 1))];
    }).join(""));
}

/** A table of rows: what is predicted for each, with its probability; or the predicted numbers under their names. */
export function rowsText(
  outputs: readonly Float32Array[],
  { classes, targets }: { classes: readonly string[]; targets: readonly string[] | null },
): string {
  if (targets !== null) {
    const rows = outputs.map((values, row) => [`  ${row}`, ...Array.from(values, numberText)]);
    return tableText([["  row", ...targets], ...rows], ["right", ...targets.map(() => "right" as const)]);
  }
  const rows = outputs.map((probabilities, row) => {
    const { predicted, class: name = String(predicted) } = predictedClass(probabilities, classes);
    return [`  ${row}`, name, percentText(probabilities[predicted])];
  });
  return tableText([["  row", "prediction", "probability"], ...rows], ["right", "left", "right"]);
}
