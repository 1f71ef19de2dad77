/** Images as a picture: a grid, captions and bars below, and the key to their colours where they are signed numbers. */
import { fitEnds, type Font } from "../fitted_text.ts";
import { BAR_FONT, displaySize, placeBars } from "../image_layout.ts";
import { paintOf, SIGNED_STOPS } from "../paint.ts";
import { type Bar, type Chart, checkImages, type Images } from "../marks.ts";
import { MARGIN, MARKS, ROLE_COLOURS, SURFACE, TEXTS } from "../theme.ts";
import { countText, numberText } from "../../text/numbers.ts";
import { type Area, type Context, drawImage, drawRamp, renderSheet, writeText } from "./canvas.ts";
import { chartHeading } from "./chart_options.ts";

const WIDTH = 960;
const TOP_GAP = 10;
const GAP = 14;
const LARGEST_SIDE = 196;
const CAPTION_ROOM = 170;
const LINE_HEIGHT = 18;
/** Bars below a caption: their height, and the room that they take with their labels. */
const BARS = { height: 64, room: 98 };
const KEY = { height: 14, width: 320, room: 56, left: 44 };

/** Draws `images`, 960 pixels wide and as high as its rows need. */
export function imagesPng(chart: Chart, images: Images): Uint8Array<ArrayBuffer> {
  checkImages(images);
  const { size, colours } = images;
  const items = images.items.slice(0, images.pictured);
  const columns = columnsFor(items.length);
  const room = Math.floor((WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns);
  const side = Math.min(LARGEST_SIDE, room);
  const shown = displaySize(size, { width: side, height: side });
  const cell = Math.min(room, Math.max(shown.width, CAPTION_ROOM));
  const lines = Math.max(0, ...items.map(({ caption }) => caption.length));
  const textHeight = 8 + lines * LINE_HEIGHT;
  const rowHeight = shown.height + textHeight + (items.some(({ bars }) => bars) ? BARS.room : 0) + GAP;
  const paint = paintOf(colours);
  const more = items.length < images.items.length ? `The first ${countText(items.length)} are shown.` : "";
  return renderSheet({
    heading: chartHeading(chart, WIDTH - 2 * MARGIN, more),
    width: WIDTH,
    height: TOP_GAP + Math.ceil(items.length / columns) * rowHeight + (typeof colours === "string" ? 0 : KEY.room),
    draw(context, area) {
      const left = (area.left + area.right - columns * cell - (columns - 1) * GAP) / 2;
      items.forEach(({ pixels, caption, bars = [] }, i) => {
        const x = Math.round(left + (i % columns) * (cell + GAP));
        const y = area.top + TOP_GAP + Math.floor(i / columns) * rowHeight;
        drawImage(context, pixels, size, paint, { left: x, top: y, width: cell, height: shown.height });
        caption.forEach(([text, role], line) => {
          const font: Font = { size: 13, weight: role === "muted" ? "normal" : "bold" };
          const look = { ...font, colour: TEXTS[ROLE_COLOURS[role]], align: "center" } as const;
          const middle = y + shown.height + 8 + (line + 0.5) * LINE_HEIGHT;
          writeText(context, fitEnds(text, font, cell + GAP - 6), x + cell / 2, middle, look);
        });
        if (bars.length > 0) drawBars(context, bars, x, Math.round(y + shown.height + textHeight + 12), cell);
      });
      if (typeof colours !== "string") drawKey(context, area, colours);
    },
  });
}

/** Three columns as in the article's figure, more when there are more images than two rows hold; four are a row. */
function columnsFor(count: number): number {
  if (count <= 6) return count === 4 ? 4 : Math.min(3, Math.max(1, count));
  if (count % 5 === 0 && count <= 20) return 5;
  return count <= 12 ? 4 : count <= 30 ? 6 : 8;
}

/** Bars over a line, between lines at a half and at the whole, their labels below. */
function drawBars(context: Context, bars: readonly Bar[], left: number, top: number, width: number): void {
  const bottom = top + BARS.height;
  const line = (y: number, colour: string) => {
    context.fillStyle = colour;
    context.fillRect(left, y, width, 1);
  };
  line(top, SURFACE.grid);
  line(top + BARS.height / 2, SURFACE.grid);
  for (const bar of placeBars(bars, width, BARS.height)) {
    context.fillStyle = MARKS[bar.colour];
    context.fillRect(left + bar.left, bottom - bar.height, bar.width, bar.height);
    const look = bar.isMuted ? { colour: TEXTS.grey } : { colour: TEXTS.ink, weight: "bold" as const };
    const middle = left + bar.left + bar.width / 2;
    writeText(context, bar.label, middle, bottom + 11, { ...BAR_FONT, ...look, align: "center" });
  }
  line(bottom, SURFACE.frame);
}

/** The key to the colours of signed numbers, below the images at the left. */
function drawKey(context: Context, { left, bottom }: Area, { limit, label }: { limit: number; label: string }): void {
  const box = { left: left + KEY.left, top: Math.round(bottom - KEY.room + 16), width: KEY.width, height: KEY.height };
  drawRamp(context, box, SIGNED_STOPS);
  const look = { colour: TEXTS.ink, size: 12, align: "center" } as const;
  [`≤ −${numberText(limit)}`, "0", `≥ ${numberText(limit)}`].forEach((text, i) =>
    writeText(context, text, box.left + i / 2 * KEY.width, box.top + KEY.height + 12, look)
  );
  writeText(context, label, box.left + KEY.width + 18, box.top + KEY.height / 2, { colour: TEXTS.grey, size: 12 });
}
