/** The stages of a run from top to bottom, what flows between them, and what is known of each. */
import { fitText, textWidth, wrapText } from "./fitted_text.ts";
import type { Drawing } from "./marks.ts";
import { type Colour, MARGIN } from "./theme.ts";
import { bytesText } from "../text/numbers.ts";
import { flatParams, paramText } from "../text/param_text.ts";
import { arrowAlong, boxAt, textAt } from "./svg.ts";

/** The state of a stage in a plan; "made" for a finished run. */
export type StageState = "hit" | "run" | "continue" | "depends" | "made";

/** The outputs of a stage as in its record: artifacts of the whole stage, and artifacts of every step. */
export interface RecordedOutputs {
  readonly outputs: Readonly<Record<string, { readonly size: number }>>;
  readonly each?: Readonly<Record<string, readonly { readonly size: number }[]>>;
}

/** A stage. */
export interface DrawnStage {
  readonly name: string;
  readonly state: StageState;
  readonly key: string | null;
  /** Why it runs, in one line; null if it does not. */
  readonly why: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  /** Its outputs; null if they are not known. */
  readonly outputs: RecordedOutputs | null;
}

/** An output of a stage that is an input of a later one. */
export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  readonly output: string;
}

const BOX = { left: MARGIN, width: 400, padding: 12 };
const LINE = 17;
const ENTRY = 26;
const LANE = 18;
const GAP = 26;
const RIGHT = BOX.left + BOX.width;
const SMALL = { size: 12 };
/** Letters of a key or digest that a drawing shows. */
const KEY_LETTERS = 10;

const COLOURS: Record<StageState, Colour> = {
  hit: "green",
  run: "vermilion",
  continue: "vermilion",
  depends: "grey",
  made: "blue",
};

interface Way {
  readonly from: number;
  readonly to: number;
  readonly labels: string[];
}

/** A stage with its position, and the arrows that come in and go out at its right. */
type Placed = ReturnType<typeof place>[number];

/** The drawing of stages, in an order in which arrows go forward. */
export function pipelineDrawing(stages: readonly DrawnStage[], arrows: readonly DrawnArrow[]): Drawing {
  const ways = waysOf(stages, arrows);
  const straight = ways.filter(({ from, to }) => to === from + 1);
  // Short ways round are nearer to the boxes than long ones.
  const round = ways.filter((way) => !straight.includes(way)).sort((a, b) => a.to - a.from - (b.to - b.from));
  const placed = place(stages, straight, round);
  const laneLeft = RIGHT + 24 + Math.max(0, ...round.map(({ labels }) => textWidth(labels.join(", "), SMALL)));
  const body = [
    ...placed.flatMap(drawStage),
    ...straight.flatMap((way) => drawStraight(way, placed[way.from].bottom, placed[way.to].top)),
    ...round.flatMap((way, lane) => drawRound(way, placed[way.from], placed[way.to], laneLeft + lane * LANE)),
  ];
  const width = Math.ceil(Math.max(laneLeft + round.length * LANE, 720) + MARGIN);
  return { kind: "drawing", size: { width, height: placed[placed.length - 1].bottom }, body: body.join("\n") };
}

function waysOf(stages: readonly DrawnStage[], arrows: readonly DrawnArrow[]): Way[] {
  const indexOf = (name: string) => stages.findIndex((stage) => stage.name === name);
  const groups = Map.groupBy(arrows, ({ from, to }) => `${indexOf(from)} ${indexOf(to)}`);
  return Array.from(groups, ([pair, group]) => {
    const [from, to] = pair.split(" ").map(Number);
    const labels = group.map(({ output }) => `${output} ${sizeText(stages[from].outputs, output)}`.trim());
    return { from, to, labels };
  });
}

function place(stages: readonly DrawnStage[], straight: readonly Way[], round: readonly Way[]) {
  let top = 0;
  return stages.map((stage, i) => {
    // From the top: the nearest lane's arrow comes in last and goes out first, so that ways do not cross.
    const into = round.filter(({ to }) => to === i).reverse();
    const out = round.filter(({ from }) => from === i);
    const lines = notesOf(stage).flatMap((note) => wrapText(note, SMALL, BOX.width - 2 * BOX.padding, 8));
    const written = 2 * BOX.padding + 16 + lines.length * LINE;
    const bottom = top + Math.max(written, (into.length + out.length) * ENTRY + 8);
    const placed = { stage, lines, top, bottom, into, out };
    const below = straight.find(({ from }) => from === i)?.labels.length ?? 0;
    top = bottom + (below === 0 ? GAP : Math.max(GAP, below * LINE + 16));
    return placed;
  });
}

/** The text below the name: key, reason, and params, in which digests are shortened. */
function notesOf({ key, why, params }: DrawnStage): string[] {
  const values = flatParams(params).map(([path, value]) => `${path} ${paramText(value)}`).join(" · ");
  return [key === null ? "" : `key ${key.slice(0, KEY_LETTERS)}`, why ?? "", values];
}

/** "47.0 MB", or "41 × 95.6 kB" for an output of every step. */
function sizeText(recorded: RecordedOutputs | null, output: string): string {
  const one = recorded?.outputs[output];
  if (one !== undefined) return bytesText(one.size);
  const list = recorded?.each?.[output] ?? [];
  return list.length === 0 ? "" : `${list.length} × ${bytesText(list[list.length - 1].size)}`;
}

function drawStage({ stage: { name, state }, lines, top, bottom }: Placed): string[] {
  const [left, first] = [BOX.left + BOX.padding, top + BOX.padding + 8];
  const bold = { size: 15, weight: "bold" } as const;
  const look = { size: 14, weight: "bold", colour: COLOURS[state], align: "right" } as const;
  return [
    boxAt({ x: BOX.left, y: top, width: BOX.width, height: bottom - top }, COLOURS[state]),
    textAt(left, first, fitText(name, bold, BOX.width - 120), bold),
    ...(state === "made" ? [] : [textAt(RIGHT - BOX.padding, first, state, look)]),
    ...lines.map((line, i) => textAt(left, first + 21 + i * LINE, line, { ...SMALL, colour: "grey" })),
  ];
}

function drawStraight({ labels }: Way, from: number, to: number): string[] {
  const x = BOX.left + 36;
  const first = (from + to) / 2 - ((labels.length - 1) * LINE) / 2;
  return [
    arrowAlong([[x, from], [x, to]], "ink"),
    ...labels.map((label, i) => textAt(x + 14, first + i * LINE, label, SMALL)),
  ];
}

function drawRound(way: Way, from: Placed, to: Placed, lane: number): string[] {
  const leaves = from.bottom - (from.out.length - from.out.indexOf(way)) * ENTRY + 12;
  const enters = to.top + to.into.indexOf(way) * ENTRY + 22;
  return [
    arrowAlong([[RIGHT, leaves], [lane, leaves], [lane, enters], [RIGHT, enters]], "ink"),
    textAt(RIGHT + 14, enters - 9, way.labels.join(", "), SMALL),
  ];
}
