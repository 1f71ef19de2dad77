/** The race as a picture: one line per peer from its fastest to its slowest epoch, a mark at the median. */
import { fitText } from "../../pipeline/charts/fitted_text.ts";
import { type Area, type Context, renderSheet, writeText } from "../../pipeline/charts/png/canvas.ts";
import { headingOf } from "../../pipeline/charts/png/chart_options.ts";
import { MARGIN, MARKS, SIZES, SURFACE, TEXTS } from "../../pipeline/charts/theme.ts";
import { modelText } from "../jobs.ts";
import { isOwn } from "./peer.ts";
import type { JobResult, PeerResult } from "./results.ts";

const WIDTH = 1100;
const ROW = 25;
/** Space above a job's rows for its name, and below them. */
const HEAD = 34;
const NAME_ROOM = 430;
const VALUE_ROOM = 76;
const AXIS_ROOM = 52;
const MARK = 5;

/** Draws the race: 1100 pixels wide, as high as its rows need. The axis is logarithmic. */
export function peersChart(results: readonly JobResult[], subtitle: string): Uint8Array<ArrayBuffer> {
  const groups = results.map(({ job, peers }) => ({
    title: `${job.name} (${modelText(job)}, batch ${job.batch})`,
    peers: peers.filter(({ seconds }) => seconds !== null).sort((a, b) => a.seconds!.median - b.seconds!.median),
  }));
  const rows = groups.reduce((count, { peers }) => count + peers.length, 0);
  const times = groups.flatMap(({ peers }) => peers.flatMap(({ seconds }) => [seconds!.min, seconds!.max]));
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return renderSheet({
    heading: headingOf(
      "Seconds per epoch of training, one thread unless said (further left is faster)",
      subtitle,
      WIDTH - 2 * MARGIN,
    ),
    width: WIDTH,
    height: groups.length * HEAD + rows * ROW + AXIS_ROOM,
    draw(context, area) {
      const scale = scaleOf(least, most, area);
      drawGrid(context, area, scale);
      let y = area.top;
      for (const { title, peers } of groups) {
        writeText(context, title, area.left, y + HEAD / 2 + 3, { colour: TEXTS.ink, size: SIZES.axis, weight: "bold" });
        y += HEAD;
        for (const peer of peers) {
          drawPeer(context, peer, area.left, y + ROW / 2, scale);
          y += ROW;
        }
      }
    },
  });
}

/** A logarithmic axis of seconds. */
interface Scale {
  ticks: number[];
  at(seconds: number): number;
}

function scaleOf(least: number, most: number, { left, right }: Area): Scale {
  const [first, last] = [Math.log(least * 0.9), Math.log(most * 1.1)];
  const [from, to] = [left + NAME_ROOM, right - VALUE_ROOM];
  const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
  return {
    ticks: ticks.filter((tick) => tick >= least * 0.9 && tick <= most * 1.1),
    at: (seconds) => from + (Math.log(seconds) - first) / (last - first) * (to - from),
  };
}

function drawGrid(context: Context, { top, bottom, right }: Area, scale: Scale): void {
  const end = bottom - AXIS_ROOM;
  context.strokeStyle = SURFACE.grid;
  context.lineWidth = 1;
  for (const tick of scale.ticks) {
    const x = Math.round(scale.at(tick)) + 0.5;
    context.beginPath();
    context.moveTo(x, top + HEAD);
    context.lineTo(x, end);
    context.stroke();
    writeText(context, String(tick), x, end + 14, { colour: TEXTS.ink, size: SIZES.tick, align: "center" });
  }
  const axis = "seconds per epoch, logarithmic; line: fastest to slowest epoch, mark and figure: median";
  writeText(context, axis, right, end + 38, { colour: TEXTS.grey, size: SIZES.tick, align: "right" });
}

function drawPeer(context: Context, { kind, name, seconds }: PeerResult, left: number, y: number, scale: Scale): void {
  const own = isOwn(kind);
  const look = { size: SIZES.tick, weight: own ? "bold" as const : "normal" as const };
  const label = fitText(name, look, NAME_ROOM - 34);
  writeText(context, label, left + 14, y, { colour: own ? TEXTS.vermilion : TEXTS.ink, ...look });
  const { min, median, max } = seconds!;
  context.strokeStyle = context.fillStyle = own ? MARKS.vermilion : MARKS.blue;
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(scale.at(min), y);
  context.lineTo(scale.at(max), y);
  context.stroke();
  drawMark(context, scale.at(median), y, own);
  const colour = own ? TEXTS.vermilion : TEXTS.blue;
  writeText(context, `${median.toFixed(3)} s`, scale.at(max) + 12, y, { colour, ...look });
}

/** Retrace's mark is a diamond, the others' a disc: they differ even without colour. */
function drawMark(context: Context, x: number, y: number, own: boolean): void {
  context.beginPath();
  if (own) {
    const half = MARK + 2;
    context.moveTo(x - half, y);
    context.lineTo(x, y - half);
    context.lineTo(x + half, y);
    context.lineTo(x, y + half);
    context.closePath();
  } else {
    context.arc(x, y, MARK, 0, 2 * Math.PI);
  }
  context.fill();
}
