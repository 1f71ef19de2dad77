/** What a run amounts to, in words: its figures, and what they call for saying. */
import { type FigureDefinition, headingOf, type Remark } from "../define/figure.ts";
import { finalValue, type FinishedRun } from "../define/finished_run.ts";
import { figureText } from "../text/numbers.ts";

/** A figure as people read it. */
export interface ShownFigure {
  /** Its name in metrics.json. */
  name: string;
  /** "test accuracy" */
  title: string;
  /** "96.78 %" */
  text: string;
  /** "9,678 of 10,000 correct" */
  note?: string;
}

/** A run in words. */
export interface RunSummary {
  /** The first figure of which more is better; null where there is none. */
  headline: ShownFigure | null;
  /** The others. */
  figures: ShownFigure[];
  remarks: Remark[];
}

/** Summarizes a run: those of its figures that belong in a summary, and the remarks of all. */
export function summaryOf(definitions: readonly FigureDefinition[], run: FinishedRun): RunSummary {
  const { figures } = run;
  const own = definitions.filter(({ name }) => Object.hasOwn(figures, name));
  const shown = own.filter(({ shownIn }) => shownIn?.includes("summary"));
  const first = shown.find(({ better }) => better === "higher");
  const inWords = ({ name, title, form, note }: (typeof shown)[number]): ShownFigure => ({
    name,
    title: headingOf({ title }),
    text: figureText(finalValue(figures, name), form),
    ...(note === undefined ? {} : { note: note(figures) }),
  });
  return {
    headline: first === undefined ? null : inWords(first),
    figures: shown.filter((figure) => figure !== first).map(inWords),
    remarks: own.flatMap(({ remark }) => remark?.(run) ?? []),
  };
}
