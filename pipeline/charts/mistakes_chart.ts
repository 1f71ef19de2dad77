/**
 * The most wrong predictions: the images of which the model was surest that they are what they are not. Some are
 * mislabelled or hard to read; the others show what the model has not learned.
 */
import type { Context } from "./canvas.ts";
import { drawImage, type Pixels } from "./draw_image.ts";
import { renderSheet, writeText } from "./sheet.ts";
import { fitText, formatCount } from "./chart_text.ts";
import { cssFont, MARGIN, TEXTS } from "./chart_theme.ts";

/** One mistake. */
export interface Mistake {
  pixels: Pixels;
  /** The class that the image belongs to, and the other one that the model takes it for. */
  trueLabel: number;
  predicted: number;
  /** The probabilities, 0 to 1, of the two. */
  onTrue: number;
  onPredicted: number;
  /** The image's row in the dataset, from 0. */
  row: number;
}

/** What a mistakes chart shows. */
export interface Mistakes {
  title: string;
  /** The images' width in pixels. */
  width: number;
  /** The images' height in pixels. */
  height: number;
  /** The worst first. */
  items: readonly Mistake[];
  /** How many mistakes there are in all, and of how many images. */
  wrong: number;
  total: number;
}

const WIDTH = 960;
const COLUMNS = 4;
const GAP = 20;
const SIDE = 168;
const TEXT_ROOM = 66;
const ROW_HEIGHT = SIDE + TEXT_ROOM + GAP;
const TOP_GAP = 10;

/** Draws `mistakes.png`, 960 pixels wide and as high as its rows need; four images a row. */
export function mistakesChart(chart: Mistakes): Uint8Array<ArrayBuffer> {
  const { items, wrong, total } = chart;
  const cell = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
  return renderSheet({
    title: chart.title,
    subtitle: wrong === 0
      ? `There are no mistakes: all ${formatCount(total)} images are classified right.`
      : `${items.length === wrong ? "All" : `The worst ${items.length} of`} ${formatCount(wrong)} mistakes on ` +
        `${formatCount(total)} images: those with the highest probability on a wrong class, in descending order.`,
    width: WIDTH,
    height: TOP_GAP + Math.ceil(items.length / COLUMNS) * ROW_HEIGHT,
    draw(context, area) {
      items.forEach((item, i) => {
        const left = area.left + (i % COLUMNS) * (cell + GAP);
        const top = area.top + TOP_GAP + Math.floor(i / COLUMNS) * ROW_HEIGHT;
        drawImage(context, item.pixels, chart, left + (cell - SIDE) / 2, top, SIDE);
        drawWords(context, item, left + cell / 2, top + SIDE, cell);
      });
    },
  });
}

/** Below the image: what it is taken for, what it is, and where to find it. */
function drawWords(context: Context, item: Mistake, centre: number, top: number, room: number): void {
  const lines = [
    {
      text: `predicted ${item.predicted}: ${probabilityText(item.onPredicted)}`,
      colour: TEXTS.vermilion,
      weight: "bold" as const,
    },
    { text: `true ${item.trueLabel}: ${probabilityText(item.onTrue)}`, colour: TEXTS.blue, weight: "bold" as const },
    { text: `row ${item.row}`, colour: TEXTS.muted, weight: "normal" as const },
  ];
  lines.forEach(({ text, colour, weight }, i) => {
    const fitting = fitText(text, cssFont(13, weight), room);
    writeText(context, fitting, centre, top + 16 + i * 18, { colour, size: 13, weight, align: "center" });
  });
}

/** A probability in percent; never 0 % or 100 % for one that is not quite that. */
export function probabilityText(probability: number): string {
  if (!(probability >= 0)) return "–";
  if (probability > 0 && probability < 5e-5) return "<0.01%";
  if (probability < 1 && probability >= 0.99995) return ">99.99%";
  return `${(probability * 100).toFixed(2)}%`;
}
