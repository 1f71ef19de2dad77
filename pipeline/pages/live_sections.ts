/** A run at work as its page in the ui shows it. */
import { figureOf } from "../charts/page/chart_figure.ts";
import { headingOf } from "../define/figure.ts";
import { finalValue, type FinishedRun } from "../define/finished_run.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { figureText } from "../text/numbers.ts";
import { type Html, markup } from "../text/markup.ts";

/** How a run is. `stopped`: its process is gone without a word. `finished`: there is no log of it. */
export type Status = "running" | "failed" | "stopped" | "finished";

/** What is known of a run at work. */
export interface LiveState {
  name: string;
  status: Status;
  /** What is trained. */
  title: string;
  /** The stage that was begun last; null before the first. */
  stage: string | null;
  /** The last epoch that is done, and the last one that there will be. */
  epoch: number;
  epochs: number;
  /** Why it failed. */
  reason: string | null;
}

const WORDS: Record<Status, string> = {
  running: "running",
  failed: "failed",
  stopped: "stopped: its process has ended",
  finished: "finished",
};

/** How a run is, in words, in a colour that goes with it. */
export function statusBadge(status: Status): Html {
  return markup`<span class="status ${status}">${WORDS[status]}</span>`;
}

/** All that is known of a run; `run` has its figures so far. */
export function liveSections(pipeline: Pipeline, state: LiveState, run: FinishedRun): Html {
  const { status, title, stage, epoch, epochs, reason } = state;
  const bar = status === "running"
    ? markup`<progress max="${Math.max(1, epochs)}" value="${epoch}" aria-label="Epochs done"></progress>`
    : null;
  const figures = pipeline.figures.filter(({ shownIn }) => shownIn?.includes("ui")).map(({ name, title, form }) =>
    markup`<div><dt>${headingOf({ title })}</dt><dd>${figureText(finalValue(run.figures, name), form)}</dd></div>`
  );
  return markup`<p class="layers">${title}</p>
<div class="now"><p>${statusBadge(status)} ${stage === null ? "" : `${stage}, epoch ${epoch} of ${epochs}`}</p>${bar}
${reason === null ? null : markup`<div class="stall" role="note"><p>${reason}</p></div>`}
<dl class="figures">${figures}</dl></div><div class="charts">${chartsOf(pipeline, run)}</div>`;
}

/** The charts that need figures only. One that cannot be drawn, of what somebody else wrote, is left out. */
function chartsOf({ charts }: Pipeline, run: FinishedRun): Html[] {
  return charts.filter(({ live }) => live).flatMap((chart) => {
    try {
      return chart.when?.(run) ?? true ? [figureOf({ ...chart, marks: chart.draw(run) })] : [];
    } catch {
      return [];
    }
  });
}
