/** The layout of many lines over common axes, shared by both renderers: paths and texts in pixels. */
import { fitEnds, textWidth } from "./fitted_text.ts";
import type { Size, Tick, Trace, TraceAxis, TraceLook, Traces } from "./marks.ts";
import { RANKS } from "./paint.ts";
import { rounded, type TextLook } from "./svg.ts";
import { SIZES } from "./theme.ts";

/** A text; y is its middle. */
export interface LaidText extends Required<Pick<TextLook, "align" | "colour">> {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Lines of one look and colour as SVG paths; `halo` is paper around the best one. */
export interface LaidGroup {
  readonly look: TraceLook | "halo";
  /** From 0 to RANKS − 1. */
  readonly rank: number;
  readonly lines: readonly { readonly d: string; readonly title: string; readonly isPoint: boolean }[];
  /** The marks at their ends; a dot is a line of almost no length with round ends. */
  readonly ends: string;
}

/** What is drawn, from the first to the last. */
export interface LaidTraces {
  readonly size: Size;
  readonly grid: string;
  readonly axes: string;
  readonly rules: string;
  readonly groups: readonly LaidGroup[];
  /** Samples beside their texts. */
  readonly legend: readonly LaidGroup[];
  readonly texts: readonly LaidText[];
}

const FONT = { size: SIZES.tick };
const LOOKS: readonly TraceLook[] = ["failed", "faint", "plain", "best"];
const ROW = 24;
/** Widest tick beside the first axis, distance of ticks from their axis, and of texts from each other. */
const [TICK_ROOM, TICK_GAP, TEXT_GAP] = [150, 8, 12];
/** The room that a text below has at least, or else is left out, and at most. */
const [MIN_ROOM, MAX_ROOM] = [56, 300];
const SAMPLE = 22;

/** Where shares are in pixels: the axes are from left to right, in a picture of this width. */
interface Frame {
  readonly x: (share: number) => number;
  readonly y: (share: number) => number;
  readonly left: number;
  readonly right: number;
  readonly width: number;
}

/** Lays out lines. Ticks whose texts would touch others lose them. */
export function layOutTraces({ size, axes, below, rules = [], traces, legend }: Traces): LaidTraces {
  const [first, isPlane] = [axes[0], axes.length === 1];
  const last = axes[axes.length - 1];
  const room = ({ ticks }: TraceAxis) =>
    TICK_GAP + 2 + Math.max(0, ...ticks.map(({ text }) => Math.min(TICK_ROOM, textWidth(text, FONT))));
  const halfTitle = ({ label }: TraceAxis) => Math.min(textWidth(label, FONT), TICK_ROOM) / 2 + 4;
  const left = isPlane ? room(first) : Math.max(room(first), halfTitle(first));
  const right = size.width - (isPlane ? 16 : Math.max(room(last), halfTitle(last)));
  const top = (legend ? ROW + 4 : 0) + ROW + 6 + (rules.length > 0 ? ROW : 0);
  const bottom = size.height - (below === undefined ? 12 : 2 * ROW);
  const places = axes.flatMap(({ ticks }) => ticks.map(({ at }) => at));
  const [low, high] = [Math.min(0, ...places), Math.max(1, ...places)];
  const frame: Frame = {
    x: (share) => rounded(left + share * (right - left)),
    y: (share) => rounded(bottom - (share - low) / (high - low) * (bottom - top)),
    ...{ left, right, width: size.width },
  };
  const laidLegend = legend === undefined ? { groups: [], texts: [] } : legendOf(legend);
  return {
    size,
    grid: isPlane ? first.ticks.map(({ at }) => `M${rounded(left)} ${frame.y(at)}H${rounded(right)}`).join("") : "",
    axes: axes.map((axis) => axisPath(axis, frame)).join("") +
      (below === undefined ? "" : `M${rounded(left)} ${frame.y(0)}H${rounded(right)}`),
    rules: rules.map(({ at }) => `M${frame.x(at)} ${rounded(top)}V${frame.y(0)}`).join(""),
    groups: groupsOf(traces, frame, isPlane),
    legend: laidLegend.groups,
    texts: [
      ...axes.flatMap((_, i) => axisTexts(axes, i, frame, top - 20 - (rules.length > 0 ? ROW : 0))),
      ...(below === undefined ? [] : belowTexts(below, frame, bottom)),
      ...spaced(rules, frame, "right").map(([x, text]) => textOf(x, top - 12, text, "right")),
      ...laidLegend.texts,
    ],
  };
}

function textOf(x: number, y: number, text: string, align: LaidText["align"], colour: LaidText["colour"] = "grey") {
  return { x: rounded(x), y: rounded(y), text, align, colour };
}

/** The axis from end to end, with a short line at each tick. */
function axisPath({ at, ticks }: TraceAxis, { x, y }: Frame): string {
  const across = at === 1 ? 4 : -4;
  return `M${x(at)} ${y(0)}V${y(1)}` + ticks.map((tick) => `M${x(at)} ${y(tick.at)}h${across}`).join("");
}

/** The label above an axis, and its ticks: to the right of the last axis, to the left of others. */
function axisTexts(
  axes: readonly TraceAxis[],
  i: number,
  { x, y, left, right, width }: Frame,
  top: number,
): LaidText[] {
  const { at, label, ticks } = axes[i];
  const [isPlane, isLast] = [axes.length === 1, i > 0 && i === axes.length - 1];
  const before = i === 0 ? left : x(at) - x(axes[i - 1].at);
  const after = i === axes.length - 1 ? width - right : x(axes[i + 1].at) - x(at);
  const gap = isLast ? after : before;
  const [place, align] = isLast ? [x(at) + TICK_GAP, "left"] as const : [x(at) - TICK_GAP, "right"] as const;
  let last = Infinity;
  const texts = ticks.flatMap((tick) => {
    if (Math.abs(last - y(tick.at)) < SIZES.tick + 2) return [];
    last = y(tick.at);
    return [textOf(place, last, fitEnds(tick.text, FONT, gap - TICK_GAP - 2), align)];
  });
  if (isPlane) return [textOf(0, top, fitEnds(label, FONT, right), "left", "ink"), ...texts];
  // A label is centred, so half of it is in each gap; the margins have no other one.
  const room = Math.min(i === 0 ? 2 * before : before - TEXT_GAP, isLast ? 2 * after : after - TEXT_GAP);
  return [textOf(x(at), top, fitEnds(label, FONT, room), "center", "ink"), ...texts];
}

function belowTexts({ label, ticks }: TraceAxis, frame: Frame, bottom: number): LaidText[] {
  return [
    ...spaced(ticks, frame, "center").map(([x, text]) => textOf(x, bottom + 16, text, "center")),
    textOf(frame.right, bottom + ROW + 14, fitEnds(label, FONT, frame.right), "right", "ink"),
  ];
}

/** The texts along a horizontal line, cut to their distance, that have room; the last one always has. */
function spaced(ticks: readonly Tick[], { x, width }: Frame, align: "center" | "right"): [x: number, text: string][] {
  const distances = ticks.slice(1).map(({ at }, i) => x(at) - x(ticks[i].at));
  const room = Math.max(MIN_ROOM, Math.min(MAX_ROOM, ...distances) - TEXT_GAP);
  let free = Infinity;
  return ticks.toReversed().flatMap((tick): [number, string][] => {
    const text = fitEnds(tick.text, FONT, room);
    const textSize = textWidth(text, FONT);
    const half = align === "center" ? textSize / 2 : 0;
    const end = Math.min(width, x(tick.at) + half);
    if (end > free || end - textSize < 0) return [];
    free = end - textSize - TEXT_GAP;
    return [[end - half, text]];
  });
}

/** The lines by look and colour, the best ones last. */
function groupsOf(traces: readonly Trace[], { x, y }: Frame, isPlane: boolean): LaidGroup[] {
  const key = (look: TraceLook, rank: number) => `${look} ${["faint", "plain"].includes(look) ? rank : 0}`;
  const byKey = Map.groupBy(traces, ({ look, share }) => key(look, Math.round(share * (RANKS - 1))));
  return LOOKS.flatMap((look) =>
    Array.from({ length: RANKS }, (_, rank) => rank).flatMap((rank): LaidGroup[] => {
      const members = rank > 0 && key(look, rank) === key(look, 0) ? [] : byKey.get(key(look, rank)) ?? [];
      if (members.length === 0) return [];
      const lines = members.map(({ title, places }) => {
        const pixels = places.map((place) => place && [x(place[0]), y(place[1])] as const);
        return { title, ...lineOf(pixels, look), last: pixels.findLast((place) => place !== null) };
      });
      const ends = lines.filter(({ isPoint }) => !isPoint && (isPlane || look === "failed"))
        .map(({ last }) => last ? markAt(last, look) : "").join("");
      const group = { look, rank, lines, ends };
      return look === "best"
        ? [{ ...group, look: "halo", lines: lines.map((one) => ({ ...one, title: "" })) }, group]
        : [group];
    })
  );
}

function lineOf(places: readonly (readonly [number, number] | null)[], look: TraceLook) {
  const isPoint = places.length === 1;
  const d = places.map((place, i) => {
    if (place === null) return "";
    if (isPoint) return markAt(place, look);
    return `${places[i - 1] ? "L" : "M"}${place[0]} ${place[1]}`;
  }).join("");
  return { d, isPoint };
}

function markAt([x, y]: readonly [number, number], look: TraceLook): string {
  return look === "failed" ? `M${rounded(x - 4)} ${rounded(y - 4)}l8 8m0-8l-8 8` : `M${x} ${y}h.01`;
}

/** The colours from the worst to the best, and a line of every look that has a name. */
function legendOf({ worst, best, looks }: NonNullable<Traces["legend"]>) {
  const y = 10;
  const groups: LaidGroup[] = [];
  const texts: LaidText[] = [];
  let x = 0;
  const write = (text: string) => {
    texts.push(textOf(x, y, text, "left", "ink"));
    x += textWidth(text, FONT) + TEXT_GAP;
  };
  write(worst);
  for (let rank = 0; rank < RANKS; rank++, x += 14) {
    groups.push({ look: "plain", rank, lines: [], ends: `M${rounded(x)} ${y}h9` });
  }
  x += TEXT_GAP;
  write(best);
  for (const look of LOOKS.toReversed().filter((look) => looks[look] !== undefined)) {
    x += TEXT_GAP;
    const d = `M${rounded(x)} ${y}h${SAMPLE}`;
    const ends = markAt([rounded(x + SAMPLE), y], look);
    groups.push({ look, rank: RANKS - 1, lines: [{ d, title: "", isPoint: false }], ends });
    x += SAMPLE + TEXT_GAP;
    write(looks[look]!);
  }
  return { groups, texts };
}
