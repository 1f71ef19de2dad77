/** Runs of a grid without the running, and figures that may choose the best of them. */
import type { StoredRun } from "../../../pipeline/compare/compare_runs.ts";
import type { FigureTerms, Terms } from "../../../pipeline/define/terms.ts";
import { type Fake, fakeRun, TERMS } from "./fake_runs.ts";

function figure(name: string, more: Partial<FigureTerms>): FigureTerms {
  const rest = { dependsOn: [], step: null, usual: false, curve: null, chooses: true } as const;
  return { name, title: name.replace(".", " "), better: "higher", form: "percent", ...rest, ...more };
}

/** The classifier's, of which none may choose. */
export const NO_CHOICE: Terms = { ...TERMS, figures: TERMS.figures.map((one) => ({ ...one, chooses: false })) };

/** These, with two figures that may. */
export const GRID_TERMS: Terms = {
  ...TERMS,
  figures: [
    ...NO_CHOICE.figures,
    figure("held.accuracy", { dependsOn: ["train.loss.reduction"] }),
    figure("held.loss", { better: "lower", form: "number" }),
  ],
};

/** A run of a grid over lr and, perhaps, seeds. */
export function gridRun(lr: number, held: object, { name = "a", seed = 0, ...more }: Partial<Fake> = {}): StoredRun {
  const changes = [...(lr === 0.1 ? [] : [`train.optimizer.lr=${lr}`]), ...(seed === 0 ? [] : [`seed=${seed}`])].sort();
  const whole = changes.length === 0 ? name : `${name}@${changes.join(",")}`;
  const fake = fakeRun({ accuracy: lr, lr, seed, ...more, name: whole, figures: { held } });
  return { ...fake, choices: { "train.optimizer.lr": lr, ...(more.model ? { "train.model": more.model } : {}), seed } };
}
