/** The figures of a finished run. */
import type { FigureValues, FinishedRun } from "./figure.ts";

export type { FigureValues, FinishedRun } from "./figure.ts";

/** A figure's value at the end of a run; null if there is none. */
export function finalValue(figures: FigureValues, name: string): unknown {
  return figures[name]?.at(-1) ?? null;
}

/** The content of metrics.json: the run's name, its last epoch, and every figure at the end of the run. */
export function finalFigures({ name, epochs, figures }: FinishedRun): Record<string, unknown> {
  const content: Record<string, unknown> = { run: name, epochs };
  for (const [figure, values] of Object.entries(figures)) {
    const [field, inner] = figure.split(/\.(.*)/s);
    const value = values[values.length - 1];
    content[field] = inner === undefined ? value : { ...content[field] as object, [inner]: value };
  }
  return content;
}
