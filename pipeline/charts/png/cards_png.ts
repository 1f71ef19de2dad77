/** Predictions as a picture: groups of cards, each an image beside the probabilities of all classes. */
import { barsOf, captionOf } from "../card_layout.ts";
import { fitText, textWidth } from "../fitted_text.ts";
import { paintOf } from "../paint.ts";
import type { Card, CardGroup, Cards, Chart } from "../marks.ts";
import { MARGIN, MARKS, ROLE_COLOURS, SURFACE, TEXTS } from "../theme.ts";
import type { Context } from "./canvas.ts";
import { chartHeading } from "./chart_options.ts";
import { drawImage } from "./draw_image.ts";
import { renderSheet, writeText } from "./sheet.ts";

const WIDTH = 1040;
const COLUMNS = 3;
const CARD = { width: 316, height: 178, gap: 24 };
const IMAGE = { top: 38, side: 112 };
const BARS = { top: 42, left: 128, width: CARD.width - 128, height: 92 };
const GROUP_HEADING = 38;

/** Draws `cards`, 1040 pixels wide and as high as its rows need; three cards a row. */
export function cardsPng(chart: Chart, marks: Cards): Uint8Array<ArrayBuffer> {
  return renderSheet({
    heading: chartHeading(chart, WIDTH - 2 * MARGIN),
    width: WIDTH,
    height: marks.groups.reduce((sum, group) => sum + groupHeight(group), 0),
    draw(context, area) {
      let top = area.top;
      for (const group of marks.groups) {
        const { heading: [text, role], cards, none } = group;
        const look = { colour: TEXTS[ROLE_COLOURS[role]], size: 16, weight: "bold" } as const;
        writeText(context, text, area.left, top + 14, look);
        if (cards.length === 0) writeText(context, none, area.left, top + 46, { colour: TEXTS.ink, size: 14 });
        cards.forEach((card, i) => {
          const left = area.left + (i % COLUMNS) * (CARD.width + CARD.gap);
          drawCard(context, card, marks, left, top + GROUP_HEADING + Math.floor(i / COLUMNS) * CARD.height);
        });
        top += groupHeight(group);
      }
    },
  });
}

function groupHeight({ cards }: CardGroup): number {
  return GROUP_HEADING + (cards.length === 0 ? 40 : Math.ceil(cards.length / COLUMNS) * CARD.height);
}

/** One image: its true and its predicted class, where it is from, its pixels and its bars. */
function drawCard(context: Context, card: Card, { size, labels }: Cards, left: number, top: number): void {
  const small = { size: 12 };
  const room = CARD.width - textWidth(card.from, small) - 8;
  captionOf(card, labels, BARS.width).forEach(([text, role], line) => {
    const font = { size: 13, weight: "bold" } as const;
    const fitting = fitText(text, font, line === 0 ? room : CARD.width);
    writeText(context, fitting, left, top + 8 + line * 17, { ...font, colour: TEXTS[ROLE_COLOURS[role]] });
  });
  writeText(context, card.from, left + CARD.width, top + 8, { ...small, colour: TEXTS.grey, align: "right" });
  const box = { left, top: top + IMAGE.top, width: IMAGE.side, height: IMAGE.side };
  drawImage(context, card.pixels, size, paintOf("grey"), box);
  drawBars(context, card, labels, left + BARS.left, top + BARS.top);
}

/** A bar for each class, the classes' names below. */
function drawBars(context: Context, card: Card, labels: readonly string[], left: number, top: number): void {
  const bottom = top + BARS.height;
  context.fillStyle = SURFACE.grid;
  for (const share of [0.5, 1]) context.fillRect(left, Math.round(bottom - share * BARS.height), BARS.width, 1);
  for (const bar of barsOf(card, labels, BARS.width, BARS.height)) {
    context.fillStyle = MARKS[bar.colour];
    context.fillRect(left + bar.left, bottom - bar.height, bar.width, bar.height);
    writeText(context, bar.name, left + bar.left + bar.width / 2, bottom + 11, {
      colour: bar.matters ? TEXTS.ink : TEXTS.grey,
      size: 12,
      weight: bar.matters ? "bold" : "normal",
      align: "center",
    });
  }
  context.fillStyle = SURFACE.frame;
  context.fillRect(left, bottom, BARS.width, 1);
}
