/** The layout of images and of the bars below them, shared by both renderers. */
import { textWidth } from "./fitted_text.ts";
import type { Bar, Size } from "./marks.ts";
import { ROLE_COLOURS } from "./theme.ts";

/** The largest size that keeps the shape and fits into `room`; an integer multiple if the image is smaller. */
export function displaySize(shape: Size, room: Size): Size {
  const scale = Math.min(room.width / shape.width, room.height / shape.height);
  const factor = scale > 1 ? Math.floor(scale) : scale;
  return {
    width: Math.max(1, Math.round(shape.width * factor)),
    height: Math.max(1, Math.round(shape.height * factor)),
  };
}

/** The font of the bars' labels; it is bold for bars whose role is not "muted". */
export const BAR_FONT = { size: 11 } as const;

/** The widest label below bars that are too narrow for theirs. */
const MAX_LABEL = 36;

/**
 * The bars in pixels, from the left and upwards. If the labels do not fit, only those of bars that are not muted are shown,
 * and of these the ones that are short and do not overlap the one before.
 */
export function placeBars(bars: readonly Bar[], width: number, height: number) {
  const step = width / bars.length;
  const widthOf = (label: string) => textWidth(label, { ...BAR_FONT, weight: "bold" });
  const areNamed = bars.every(({ label }) => widthOf(label) <= step);
  let end = -Infinity;
  const isShown = (label: string, i: number) => {
    const [centre, half] = [(i + 0.5) * step, widthOf(label) / 2];
    if (2 * half > Math.max(step, MAX_LABEL) || centre - half < end) return false;
    end = centre + half;
    return true;
  };
  return bars.map(({ label, share, role }, i) => {
    const isMuted = role === "muted";
    const known = Math.min(1, Math.max(0, share || 0));
    return {
      left: Math.round((i + 0.12) * step),
      width: Math.max(1, Math.round(step * 0.76)),
      // A share above 0 stays visible, however small it is.
      height: known === 0 ? 0 : Math.max(1, Math.round(known * height)),
      colour: ROLE_COLOURS[role],
      label: areNamed || (!isMuted && isShown(label, i)) ? label : "",
      isMuted,
    };
  });
}
