/** A run while it works: what is known of it, and how it is shown. The server and the page use the same functions. */
import { curvesFigure } from "./curves_figure.ts";
import type { CurvesData } from "./page_data.ts";
import { type Html, html } from "./markup.ts";
import { figureText, percentText } from "./page_numbers.ts";

/** How a run is. `stopped`: its process is gone, and it did not say goodbye. `finished`: there is no log of it. */
export type Status = "running" | "failed" | "stopped" | "finished";

/** What a run has said so far. */
export interface LiveState {
  name: string;
  status: Status;
  layers: readonly string[];
  stage: string | null;
  epochs: number;
  /** Entry i is epoch i, 0 the untrained model. */
  trainLoss: (number | null)[];
  trainAccuracy: (number | null)[];
  testLoss: (number | null)[];
  testAccuracy: (number | null)[];
  /** Why it failed. */
  reason: string | null;
}

const WORDS: Record<Status, string> = {
  running: "running",
  failed: "failed",
  stopped: "stopped: its process is gone",
  finished: "finished",
};

/** A word on how a run is, in a colour that goes with it. */
export function statusBadge(status: Status): Html {
  return html`<span class="status ${status}">${WORDS[status]}</span>`;
}

/** The epochs that a run has done at what it is at. */
export function epochsDone({ stage, trainLoss, testLoss }: LiveState): number {
  return Math.max(0, (stage === "validate" ? testLoss : trainLoss).length - 1);
}

/** All that is known of a run at work. */
export function liveSections(state: LiveState): Html {
  const { status, stage, epochs, reason, layers } = state;
  const done = epochsDone(state);
  const bar = status === "running"
    ? html`<progress max="${Math.max(1, epochs)}" value="${done}" aria-label="Epochs done"></progress>`
    : null;
  return html`<p class="layers">${layers.join(" → ")}</p>
<div class="now"><p>${statusBadge(status)} ${stage === null ? "" : `${stage}, epoch ${done} of ${epochs}`}</p>${bar}
${
    reason === null ? null : html`
      <div class="stall" role="note">
        <p>${reason}</p>
      </div>
    `
  }
<dl class="figures"><div><dt>train loss</dt><dd>${figureText(lastOf(state.trainLoss))}</dd></div>
<div><dt>train accuracy</dt><dd>${percentText(lastOf(state.trainAccuracy))}</dd></div>
<div><dt>test accuracy</dt><dd>${percentText(lastOf(state.testAccuracy))}</dd></div></dl></div>
<div class="charts">${liveCurves(state).map(curvesFigure)}</div>`;
}

function liveCurves({ trainLoss, trainAccuracy, testLoss, testAccuracy }: LiveState): CurvesData[] {
  const chart = (
    title: string,
    unit: CurvesData["unit"],
    test: (number | null)[],
    train: (number | null)[],
  ): CurvesData => ({
    title,
    about: "by epoch, 0 the untrained model; the test set comes after training",
    unit,
    firstEpoch: 0,
    series: [
      { label: "test", colour: "blue", dashed: false, values: test },
      { label: "train", colour: "vermilion", dashed: true, values: train },
    ],
  });
  return [
    chart("Loss", "number", testLoss, trainLoss),
    chart("Accuracy", "share", testAccuracy, trainAccuracy),
  ];
}

function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
