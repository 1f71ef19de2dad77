/** The layout of images and of the bars below them, shared by both renderers. */
import { fitText, textWidth } from "./fitted_text.ts";
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

/** The bars in pixels, from the left and upwards. A muted one has no label if the labels do not fit. */
export function placeBars(bars: readonly Bar[], width: number, height: number) {
  const step = width / bars.length;
  const areNamed = bars.every(({ label }) => textWidth(label, { ...BAR_FONT, weight: "bold" }) <= step);
  return bars.map(({ label, share, role }, i) => {
    const isMuted = role === "muted";
    const known = Math.min(1, Math.max(0, share || 0));
    return {
      left: Math.round((i + 0.12) * step),
      width: Math.max(1, Math.round(step * 0.76)),
      // A share above 0 stays visible, however small it is.
      height: known === 0 ? 0 : Math.max(1, Math.round(known * height)),
      colour: ROLE_COLOURS[role],
      label: areNamed || !isMuted ? fitText(label, BAR_FONT, Math.max(step, 36)) : "",
      isMuted,
    };
  });
}
