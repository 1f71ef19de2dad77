/**
 * The stages of a run from top to bottom, what flows between them, and what is known of each: hit or run, key, params.
 * An arrow to the next stage goes straight down; the others go round at the right.
 */
import { arrowAlong, boxAt, type Place, svgOf, textAt } from "./svg.ts";
import { brokenText, cutText, textWidth } from "./text_widths.ts";
import { MARGIN, MARKS, TEXTS } from "./chart_theme.ts";

/** How a stage stands. */
export type StageState = "hit" | "run" | "continue" | "depends" | "made";

/** A stage. */
export interface PipelineStage {
  name: string;
  state: StageState;
  /** What the box says below the name, a few lines each: key, cue, params. */
  notes: readonly string[];
}

/** What flows from a stage to a later one; an artifact's size in words, "" where it is not known. */
export interface PipelineArrow {
  from: string;
  to: string;
  artifacts: readonly { name: string; size: string }[];
}

/** What a pipeline chart shows: stages in an order in which arrows go forward. */
export interface Pipeline {
  title: string;
  subtitle: string;
  stages: readonly PipelineStage[];
  arrows: readonly PipelineArrow[];
}

const BOX = { left: MARGIN, width: 400, padding: 12 };
const LINE = 17;
const ENTRY = 26;
const LANE = 18;
const GAP = 26;
const RIGHT = BOX.left + BOX.width;

/** Colours of a stage's box and of the word for its state; "made" has no word. */
const LOOKS: Record<StageState, { fill: string; stroke: string; text: string }> = {
  hit: { fill: "#E9F5F0", stroke: MARKS.green, text: TEXTS.green },
  run: { fill: "#FCF0E7", stroke: MARKS.vermilion, text: TEXTS.vermilion },
  continue: { fill: "#FCF0E7", stroke: MARKS.vermilion, text: TEXTS.vermilion },
  depends: { fill: "#F4F5F7", stroke: MARKS.grey, text: TEXTS.muted },
  made: { fill: "#EEF4F9", stroke: MARKS.blue, text: TEXTS.blue },
};

/** A stage in its place, with the arrows that come in and go out at its right. */
interface Placed {
  stage: PipelineStage;
  lines: string[];
  top: number;
  height: number;
  into: PipelineArrow[];
  out: PipelineArrow[];
}

/** Draws the pipeline as SVG. */
export function pipelineChart({ title, subtitle, stages, arrows }: Pipeline): string {
  const order = new Map(stages.map(({ name }, i) => [name, i]));
  const span = ({ from, to }: PipelineArrow) => order.get(to)! - order.get(from)!;
  const straight = arrows.filter((arrow) => span(arrow) === 1);
  // Short ways round are nearer to the boxes than long ones.
  const round = arrows.filter((arrow) => span(arrow) > 1).sort((a, b) => span(a) - span(b));
  const placed = place(stages, straight, round);
  const laneLeft = RIGHT + 24 + Math.max(0, ...round.map((arrow) => textWidth(labelOf(arrow), 12)));
  const body = [
    ...placed.flatMap(drawStage),
    ...straight.flatMap((arrow) => drawStraight(arrow, placed[order.get(arrow.from)!], placed[order.get(arrow.to)!])),
    ...round.flatMap((arrow, lane) => drawRound(arrow, placed, laneLeft + lane * LANE)),
  ];
  const last = placed[placed.length - 1];
  const width = Math.ceil(Math.max(laneLeft + round.length * LANE, 720) + MARGIN);
  return svgOf({ title, subtitle, width, height: last.top + last.height, body });
}

function place(
  stages: readonly PipelineStage[],
  straight: readonly PipelineArrow[],
  round: readonly PipelineArrow[],
): Placed[] {
  let top = 0;
  return stages.map((stage) => {
    // From the top: the nearest lane's arrow comes in last and goes out first, so that ways do not cross.
    const into = round.filter(({ to }) => to === stage.name).reverse();
    const out = round.filter(({ from }) => from === stage.name);
    const lines = stage.notes.flatMap((note) => brokenText(note, BOX.width - 2 * BOX.padding, 12, 3));
    const written = BOX.padding + 20 + lines.length * LINE + BOX.padding - 4;
    const height = Math.max(written, (into.length + out.length) * ENTRY + 8);
    const placed = { stage, lines, top, height, into, out };
    const below = straight.find(({ from }) => from === stage.name)?.artifacts.length ?? 0;
    top += height + (below === 0 ? GAP : Math.max(GAP, below * LINE + 16));
    return placed;
  });
}

function drawStage({ stage, lines, top, height }: Placed): string[] {
  const look = LOOKS[stage.state];
  const left = BOX.left + BOX.padding;
  const state = stage.state === "made" ? "" : stage.state;
  return [
    boxAt({ x: BOX.left, y: top, width: BOX.width, height }, look),
    textAt(left, top + BOX.padding + 8, cutText(stage.name, BOX.width - 120, 15, "bold"), { size: 15, weight: "bold" }),
    ...(state === "" ? [] : [
      textAt(RIGHT - BOX.padding, top + BOX.padding + 8, state, {
        size: 14,
        weight: "bold",
        colour: look.text,
        align: "right",
      }),
    ]),
    ...lines.map((line, i) => textAt(left, top + BOX.padding + 29 + i * LINE, line, { size: 12, colour: TEXTS.muted })),
  ];
}

function drawStraight(arrow: PipelineArrow, from: Placed, to: Placed): string[] {
  const [x, start] = [BOX.left + 36, from.top + from.height];
  const labels = arrow.artifacts.map(({ name, size }) => artifactText(name, size));
  const first = (start + to.top) / 2 - ((labels.length - 1) * LINE) / 2;
  return [
    arrowAlong([[x, start], [x, to.top]], { colour: TEXTS.muted }),
    ...labels.map((label, i) => textAt(x + 14, first + i * LINE, label, { size: 12 })),
  ];
}

function drawRound(arrow: PipelineArrow, placed: readonly Placed[], lane: number): string[] {
  const from = placed.find(({ stage }) => stage.name === arrow.from)!;
  const to = placed.find(({ stage }) => stage.name === arrow.to)!;
  const leaves = from.top + from.height - (from.out.length - from.out.indexOf(arrow)) * ENTRY + 12;
  const enters = to.top + to.into.indexOf(arrow) * ENTRY + 22;
  const way: Place[] = [[RIGHT, leaves], [lane, leaves], [lane, enters], [RIGHT, enters]];
  return [
    arrowAlong(way, { colour: TEXTS.muted }),
    textAt(RIGHT + 14, enters - 9, labelOf(arrow), { size: 12 }),
  ];
}

function labelOf({ artifacts }: PipelineArrow): string {
  return artifacts.map(({ name, size }) => artifactText(name, size)).join(", ");
}

function artifactText(name: string, size: string): string {
  return size === "" ? name : `${name} ${size}`;
}
