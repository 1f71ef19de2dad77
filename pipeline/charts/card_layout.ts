/** The parts of a card, shared by both renderers: the lines of its caption, and its bars. */
import { textWidth } from "./fitted_text.ts";
import type { Card, Line } from "./marks.ts";
import type { Colour } from "./theme.ts";
import { percentText } from "../text/numbers.ts";

/** Maximum number of classes for which every bar is labelled. */
const NAMED_CLASSES = 16;

/** The bar of a class, in whole pixels. */
export interface Bar {
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly colour: Colour;
  /** Its label; "" if there is no room for every label and this class is neither true nor predicted. */
  readonly name: string;
  /** Whether the class is the true or the predicted one. */
  readonly matters: boolean;
}

/** The caption: the true and the predicted class. */
export function captionOf({ truth, predicted, probabilities }: Card, labels: readonly string[], width: number): Line[] {
  const isRight = predicted === truth;
  const name = (label: number) => {
    const text = labels[label] ?? String(label);
    return areWide(labels, width) ? `${text} (${label})` : text;
  };
  return [
    [`true: ${name(truth)}`, isRight ? "right" : "truth"],
    [`predicted: ${name(predicted)}, ${percentText(probabilities[predicted], 1)}`, isRight ? "right" : "wrong"],
  ];
}

/** The bars of all classes in `width` by `height` pixels, labelled by number if a name is wider than a bar. */
export function barsOf(card: Card, labels: readonly string[], width: number, height: number): Bar[] {
  const { probabilities, truth, predicted } = card;
  const step = width / Math.max(probabilities.length, 1);
  const wide = areWide(labels, width);
  return Array.from(probabilities, (probability, label) => {
    const share = Math.min(1, Math.max(0, probability || 0));
    const matters = label === predicted || label === truth;
    const isNamed = matters || probabilities.length <= NAMED_CLASSES;
    return {
      left: Math.round(label * step + step * 0.12),
      width: Math.max(1, Math.round(step * 0.76)),
      // A probability above 0 stays visible, however small it is.
      height: share === 0 ? 0 : Math.max(1, Math.round(share * height)),
      colour: label === predicted ? (label === truth ? "green" : "vermilion") : label === truth ? "blue" : "grey",
      name: !isNamed ? "" : wide ? String(label) : labels[label] ?? String(label),
      matters,
    };
  });
}

function areWide(labels: readonly string[], width: number): boolean {
  const step = Math.max(width / Math.max(labels.length, 1), 14);
  return labels.some((label) => textWidth(label, { size: 12, weight: "bold" }) > step);
}
