/** The terms of a comparison, as plain data: what it needs to know about figures, and which params are seeds. */
import { type Better, type FigureDefinition, type FigureForm, headingOf } from "./figure.ts";

/** What a comparison needs to know about a figure. */
export interface FigureTerms {
  name: string;
  /** The head of its column. */
  title: string;
  better: Better;
  /** Whether the best of several runs may be chosen by it. */
  chooses: boolean;
  form: FigureForm;
  /** Params, artifacts and figures that its values depend on; they are compared only where these are the same. */
  dependsOn: readonly string[];
  /** The smallest difference between two values, or the figure that is 1 divided by it; null if there is none. */
  step: number | string | null;
  /** Whether the default table has it. */
  usual: boolean;
  /** Its curve over the epochs, if there is one: the column of history.csv, its title and description. */
  curve: { column: string; title: string; about: string } | null;
}

/** The terms of a comparison. */
export interface Terms {
  figures: readonly FigureTerms[];
  /** The paths of the seeds, in which repetitions of a run differ: "seed", and the seeds of stages. */
  seeds: readonly string[];
}

/** The terms of a pipeline's figures; `seeds` are the paths of its seeds. */
export function termsOf(figures: readonly FigureDefinition[], seeds: readonly string[]): Terms {
  const terms = figures.map((figure): FigureTerms => {
    const { name, title, about, better = null, chooses = false, form, dependsOn, shownIn, column } = figure;
    return {
      ...{ name, better, chooses, form, dependsOn },
      title: headingOf(figure),
      step: figure.step ?? (form === "count" ? 1 : null),
      usual: shownIn?.includes("compare") ?? false,
      curve: column === undefined ? null : { column: column.name, title, about },
    };
  });
  return { figures: terms, seeds };
}
