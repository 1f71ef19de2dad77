/** What a chart is: data in, marks out. One renderer draws marks as a PNG, another on a page. */
import { declared, type Written } from "../../core/declared.ts";
import type { Marks } from "../charts/marks.ts";
import type { Definition } from "../engine/stage/kind.ts";
import type { FinishedRun } from "./figure.ts";

/** A chart, as one file defines it. */
export interface ChartDefinition extends Definition {
  /** The name of the picture without its extension: "loss" for loss.png. */
  readonly name: string;
  /** The format of the picture: pixels or vectors. */
  readonly picture: "png" | "svg";
  readonly title: string;
  readonly about: string;
  /** The outputs it is computed from; a run without one of them lacks it. A run in progress has outputs with figures. */
  readonly from?: string | readonly string[];
  /** True if a run with these outputs has the chart. Default: every run. */
  when?(run: Pick<FinishedRun, "experiment" | "library" | "has" | "artifact">): boolean;
  /** Set if it needs only figures and is also drawn while a run is in progress. */
  readonly live?: true;
  draw(run: FinishedRun): Marks;
}

/** Declares a chart. */
export function defineChart(chart: Written<ChartDefinition, "picture">): ChartDefinition {
  return declared("charts", { picture: "png", ...chart });
}
