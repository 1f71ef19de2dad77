/** A run's summary: its figures as text, and remarks on them. */
import { type FigureDefinition, finalValue, type FinishedRun, headingOf, type Remark } from "../define/figure.ts";
import { figureText } from "../text/numbers.ts";

/** A figure as text: "test accuracy", "96.78 %", "9,678 of 10,000 correct". */
export interface ShownFigure {
  title: string;
  text: string;
  note?: string;
}

/** A run's summary. The headline is the first figure of which more is better; null if there is none. */
export interface RunSummary {
  headline: ShownFigure | null;
  figures: ShownFigure[];
  remarks: Remark[];
}

/** The summaries that were made: several parts of a run's results have it, and a remark can take long. */
const SUMMARIES = new WeakMap<FinishedRun, WeakMap<readonly FigureDefinition[], RunSummary>>();

/** Summarizes a run: those of its figures that belong in a summary, and the remarks of all. Each run is summarized once. */
export function summaryOf(definitions: readonly FigureDefinition[], run: FinishedRun): RunSummary {
  const ofRun = SUMMARIES.getOrInsertComputed(run, () => new WeakMap());
  return ofRun.getOrInsertComputed(definitions, () => summarize(definitions, run));
}

function summarize(definitions: readonly FigureDefinition[], run: FinishedRun): RunSummary {
  const { figures } = run;
  const own = definitions.filter(({ name }) => Object.hasOwn(figures, name));
  const shown = own.filter(({ shownIn }) => shownIn?.includes("summary"));
  const first = shown.find(({ better }) => better === "higher");
  const textOf = ({ name, title, form, note }: FigureDefinition): ShownFigure => ({
    title: headingOf({ title }),
    text: figureText(finalValue(figures, name), form),
    ...(note === undefined ? {} : { note: note(figures) }),
  });
  return {
    headline: first === undefined ? null : textOf(first),
    figures: shown.filter((figure) => figure !== first).map(textOf),
    remarks: own.flatMap(({ remark }) => remark?.(run) ?? []),
  };
}
