/**
 * A grid of images with their labels, the first look at a dataset.
 */
import { displaySize, drawImage, imageShape, type Pixels } from "./draw_image.ts";
import { renderSheet, writeText } from "./sheet.ts";
import { fitText } from "./chart_text.ts";
import { cssFont, MARGIN, TEXTS } from "./chart_theme.ts";

/** What a samples chart shows. */
export interface Samples {
  title: string;
  /** The images' width in pixels. */
  width: number;
  /** The images' height in pixels. */
  height: number;
  /** The images in order, at best 6 (two rows of three) to 24; the label is what is known to be on it. */
  items: readonly { pixels: Pixels; label: string }[];
}

const WIDTH = 960;
const LABEL_HEIGHT = 30;
const TOP_GAP = 10;
const LARGEST_SIDE = 224;

/** Draws `samples.png`, 960 pixels wide and as high as its rows need. */
export function samplesChart(samples: Samples): Uint8Array<ArrayBuffer> {
  const { items } = samples;
  const columns = columnsFor(items.length);
  const gap = columns <= 4 ? 26 : 15;
  const side = cellSide(samples, (WIDTH - 2 * MARGIN - (columns - 1) * gap) / columns);
  const rowHeight = LABEL_HEIGHT + side + gap;
  return renderSheet({
    title: samples.title,
    subtitle: items.length === 0 ? "There are no samples to show." : "",
    width: WIDTH,
    height: TOP_GAP + Math.ceil(items.length / columns) * rowHeight,
    draw(context, area) {
      const size = columns <= 4 ? 16 : 13;
      const left = area.left + (area.right - area.left - columns * side - (columns - 1) * gap) / 2;
      items.forEach(({ pixels, label }, i) => {
        const x = left + (i % columns) * (side + gap);
        const y = area.top + TOP_GAP + Math.floor(i / columns) * rowHeight;
        const text = fitText(`Ground truth: ${label}`, cssFont(size, "bold"), side + gap - 6);
        writeText(context, text, x + side / 2, y + LABEL_HEIGHT / 2, {
          colour: TEXTS.ink,
          size,
          weight: "bold",
          align: "center",
        });
        drawImage(context, pixels, samples, x, y + LABEL_HEIGHT, side);
      });
    },
  });
}

/** The side of the square that an image gets: no larger than the largest image is in `room` pixels. */
function cellSide(samples: Samples, room: number): number {
  const sides = samples.items.map(({ pixels }) => {
    const shown = displaySize(imageShape(samples, pixels.length), Math.min(LARGEST_SIDE, Math.floor(room)));
    return Math.max(shown.width, shown.height);
  });
  return Math.max(1, ...sides);
}

/** Three columns as in the article's figure, more when there are more images than two rows hold. */
function columnsFor(count: number): number {
  if (count <= 6) return Math.min(3, Math.max(1, count));
  if (count <= 12) return 4;
  return count <= 15 ? 5 : 6;
}
