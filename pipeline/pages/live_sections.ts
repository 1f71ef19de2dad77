/** A run in progress on its page in the ui. */
import { figureOf } from "../charts/page/chart_figure.ts";
import { definedFor, finalValue, type FinishedRun, headingOf } from "../define/figure.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { figureText } from "../text/numbers.ts";
import { type Html, markup } from "../text/markup.ts";

/** `stopped`: its process ended without a message. `finished`: it has no log. `damaged`: its files are unreadable. */
export type Status = "running" | "failed" | "stopped" | "finished" | "damaged";

/** The state of a run in progress. */
export interface LiveState {
  name: string;
  status: Status;
  /** What is trained. */
  title: string;
  /** The stage that started last; null before the first. */
  stage: string | null;
  /** The last completed epoch, and the number of the last one. */
  epoch: number;
  epochs: number;
  /** Why it failed. */
  reason: string | null;
}

/** A run's status as a coloured badge. */
export function statusBadge(status: Status): Html {
  return markup`<span class="status ${status}">${
    status === "stopped" ? "stopped: its process has ended" : status
  }</span>`;
}

/** The state of a run; `run` has its figures so far. */
export function liveSections(pipeline: Pipeline, state: LiveState, run: FinishedRun): Html {
  const { status, title, stage, epoch, epochs, reason } = state;
  const bar = status === "running"
    ? markup`<progress max="${Math.max(1, epochs)}" value="${epoch}" aria-label="Epochs done"></progress>`
    : null;
  const shown = pipeline.figures.filter(({ name, shownIn }) =>
    shownIn?.includes("ui") && Object.hasOwn(run.figures, name)
  );
  const figures = shown.map(({ name, title, form }) =>
    markup`<div><dt>${headingOf({ title })}</dt><dd>${figureText(finalValue(run.figures, name), form)}</dd></div>`
  );
  return markup`<p class="layers">${title}</p>
<div class="now"><p>${statusBadge(status)} ${stage === null ? "" : `${stage}, epoch ${epoch} of ${epochs}`}</p>${bar}
${reason === null ? null : markup`<div class="stall" role="note"><p>${reason}</p></div>`}
<dl class="figures">${figures}</dl></div><div class="charts">${chartsOf(pipeline, run)}</div>`;
}

/** The charts that need only figures. One that cannot be drawn from an untrusted log is skipped. */
function chartsOf({ charts }: Pipeline, run: FinishedRun): Html[] {
  return charts.filter(({ live }) => live).flatMap((chart) => {
    try {
      return definedFor(run, [chart]).map((one) => figureOf({ ...one, marks: one.draw(run) }));
    } catch {
      return [];
    }
  });
}
