/** Images as a picture: a grid, captions below, and the key to their colours where they are not grey. */
import { fitText, type Font } from "../fitted_text.ts";
import { cssOf, paintOf, shapeOf, signedShade } from "../paint.ts";
import type { Chart, Images } from "../marks.ts";
import { MARGIN, ROLE_COLOURS, TEXTS } from "../theme.ts";
import { countText, numberText } from "../../text/numbers.ts";
import type { Context } from "./canvas.ts";
import { chartHeading } from "./chart_options.ts";
import { displaySize, drawImage, drawRamp } from "./draw_image.ts";
import { type Area, renderSheet, writeText } from "./sheet.ts";

const WIDTH = 960;
const TOP_GAP = 10;
const GAP = 14;
const LARGEST_SIDE = 196;
/** Minimum width of a cell in a grid with few columns, for captions. */
const CAPTION_ROOM = 170;
const LINE_HEIGHT = 18;
const KEY = { height: 14, width: 320, room: 56, left: 44 };

/** Draws `images`, 960 pixels wide and as high as its rows need. */
export function imagesPng(chart: Chart, images: Images): Uint8Array<ArrayBuffer> {
  const { size, colours } = images;
  const items = images.items.slice(0, images.pictured);
  const columns = columnsFor(items.length);
  const room = Math.floor((WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns);
  const side = Math.min(LARGEST_SIDE, room);
  const shown = displaySize(shapeOf(size, items[0]?.pixels.length ?? 0), { width: side, height: side });
  const cell = Math.min(room, Math.max(shown.width, CAPTION_ROOM));
  const lines = Math.max(0, ...items.map(({ caption }) => caption.length));
  const rowHeight = shown.height + 8 + lines * LINE_HEIGHT + GAP;
  const paint = paintOf(colours);
  const more = items.length < images.items.length ? `The first ${countText(items.length)} are shown.` : "";
  return renderSheet({
    heading: chartHeading(chart, WIDTH - 2 * MARGIN, more),
    width: WIDTH,
    height: TOP_GAP + Math.ceil(items.length / columns) * rowHeight + (colours === "grey" ? 0 : KEY.room),
    draw(context, area) {
      const left = (area.left + area.right - columns * cell - (columns - 1) * GAP) / 2;
      items.forEach(({ pixels, caption }, i) => {
        const x = left + (i % columns) * (cell + GAP);
        const y = area.top + TOP_GAP + Math.floor(i / columns) * rowHeight;
        drawImage(context, pixels, size, paint, { left: x, top: y, width: cell, height: shown.height });
        caption.forEach(([text, role], line) => {
          const font: Font = { size: 13, weight: role === "muted" ? "normal" : "bold" };
          const [middle, baseline] = [x + cell / 2, y + shown.height + 8 + (line + 0.5) * LINE_HEIGHT];
          const look = { ...font, colour: TEXTS[ROLE_COLOURS[role]], align: "center" } as const;
          writeText(context, fitText(text, font, cell + GAP - 6), middle, baseline, look);
        });
      });
      if (colours !== "grey") drawKey(context, area, colours);
    },
  });
}

/** Three columns as in the article's figure, more when there are more images than two rows hold. */
function columnsFor(count: number): number {
  if (count <= 6) return Math.min(3, Math.max(1, count));
  if (count % 5 === 0 && count <= 20) return 5;
  return count <= 12 ? 4 : count <= 30 ? 6 : 8;
}

/** The key to the colours of signed numbers, below the images at the left. */
function drawKey(context: Context, { left, bottom }: Area, { limit, label }: { limit: number; label: string }): void {
  const top = Math.round(bottom - KEY.room + 16);
  const box = { left: left + KEY.left, top, width: KEY.width, height: KEY.height };
  drawRamp(context, box, (share) => cssOf(signedShade(2 * share - 1)));
  for (const [text, place] of [[`≤ −${numberText(limit)}`, 0], ["0", 0.5], [`≥ ${numberText(limit)}`, 1]] as const) {
    const look = { colour: TEXTS.ink, size: 12, align: "center" } as const;
    writeText(context, text, left + KEY.left + place * KEY.width, top + KEY.height + 12, look);
  }
  const look = { colour: TEXTS.grey, size: 12 };
  writeText(context, label, left + KEY.left + KEY.width + 18, top + KEY.height / 2, look);
}
