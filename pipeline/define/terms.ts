/** The terms of a comparison: what is known of the figures of runs, and which params are a run's chance. Plain data. */
import { type Better, type FigureDefinition, type FigureForm, headingOf } from "./figure.ts";

/** What a comparison needs to know of a figure, as plain data. */
export interface FigureTerms {
  name: string;
  /** Its column's head. */
  title: string;
  better: Better;
  form: FigureForm;
  /** Params that are part of its unit: values are compared only between runs that have the same. */
  unit: readonly string[];
  /** Whether a table shows it when no figure is asked for. */
  usual: boolean;
  /** Its curve over the epochs: the column of history.csv, and what is said of it; null where there is none. */
  curve: { column: string; title: string; about: string } | null;
}

/** What runs are compared by. */
export interface Terms {
  figures: readonly FigureTerms[];
  /** The paths of the params that are a run's chance, not its choice: "seed", and the seeds of stages. */
  seeds: readonly string[];
}

/** The terms that a pipeline's figures make; `seeds` are the paths of its seeds. */
export function termsOf(figures: readonly FigureDefinition[], seeds: readonly string[]): Terms {
  const terms = figures.map((figure): FigureTerms => {
    const { name, title, about, better = null, form, dependsOn, shownIn, column } = figure;
    return {
      ...{ name, better, form },
      title: headingOf(figure),
      unit: dependsOn ?? [],
      usual: shownIn?.includes("compare") ?? false,
      curve: column === undefined ? null : { column: column.name, title, about },
    };
  });
  return { figures: terms, seeds };
}
