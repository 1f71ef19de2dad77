/** What a chart is: plain data in, marks out. One renderer draws marks as a PNG, another on a page. */
import type { Marks } from "../charts/marks.ts";
import type { FinishedRun } from "./finished_run.ts";

/** A chart, as one file defines it. */
export interface ChartDefinition {
  /** The picture's name without its ending: "loss" is loss.png. */
  readonly name: string;
  /** How the picture is stored: pixels, or a drawing that stays sharp. */
  readonly picture: "png" | "svg";
  readonly title: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Whether the run has it; left out: every run. Of a run at work, `has` tells which outputs figures are known of. */
  when?(run: Pick<FinishedRun, "experiment" | "library" | "has">): boolean;
  /** It needs figures only, and is drawn while the run is at work as well. */
  readonly live?: true;
  /** What is drawn. */
  draw(run: FinishedRun): Marks;
}

/** Declares a chart. */
export function defineChart(chart: ChartDefinition): ChartDefinition {
  return chart;
}
