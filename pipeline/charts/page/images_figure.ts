/** Images on a page: captions and bars are markup, pixels are packed text that gallery.ts paints. */
import { placeBars } from "../image_layout.ts";
import { type Bar, checkImages, type Images, type Line } from "../marks.ts";
import { ROLE_COLOURS } from "../theme.ts";
import { type Html, jsonForScript, markup } from "../../text/markup.ts";
import { countText, numberText } from "../../text/numbers.ts";
import { packImages } from "./packed.ts";

/** Base64 characters per figure, so that a page stays below 1.5 MB. */
const MAX_LETTERS = 400_000;

/** Images per page, if there are more than twice as many. */
export const PER_PAGE = 24;

const BARS = { width: 176, height: 64 };

/** A grid of images, shown a page at a time; gallery.ts paints the i-th image on the figure's i-th canvas. */
export function imagesFigure(images: Images): Html {
  checkImages(images);
  const { items, size, colours, groups } = images;
  const packed = packImages(items.map(({ pixels }) => pixels), size, colours, MAX_LETTERS);
  const carried = items.slice(0, packed.images.length);
  const isPaged = carried.length > 2 * PER_PAGE;
  const listed = carried.map(({ caption, bars, group = "" }, i) => {
    const state = isPaged && i >= PER_PAGE ? markup` hidden` : null;
    const name = caption.map(([text]) => text).join(", ");
    return markup`<li data-group="${group}"${state}><canvas role="img" aria-label="${name}"></canvas>${
      caption.map(lineOf)
    }${bars === undefined ? null : barsOf(bars)}</li>`;
  });
  const left = carried.length === items.length
    ? null
    : markup`<p class="hint">This page includes the first ${countText(carried.length)} of ${
      countText(items.length)
    }.</p>`;
  const look = items.some(({ bars }) => bars !== undefined) ? "images with-bars" : "images";
  return markup`${typeof colours === "string" ? null : keyOf(colours)}${left}${
    isPaged ? pagerOf(carried, groups) : null
  }
<ul class="${look}">${listed}</ul><script type="application/json" class="pixels">${jsonForScript(packed)}</script>`;
}

/** Buttons, and the choice of a group; hidden until the script has started. */
function pagerOf(items: Images["items"], groups: string | undefined): Html {
  const names = [...new Set(items.flatMap(({ group }) => group ?? []))]
    .sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  const choice = groups === undefined
    ? null
    : markup`<label>${groups} <select><option value="">all</option>${
      names.map((name) => markup`<option>${name}</option>`)
    }</select></label>`;
  return markup`<div class="pager" hidden>${choice}<button type="button">Previous</button><output></output>
<button type="button">Next</button></div>`;
}

function keyOf({ limit, label }: { limit: number; label: string }): Html {
  return markup`<p class="signed hint">${label} ≤ −${numberText(limit)}<span class="scale"></span>≥ ${
    numberText(limit)
  }</p>`;
}

function lineOf([text, role]: Line): Html {
  return markup`<div class="${ROLE_COLOURS[role]}">${text}</div>`;
}

/** Bars over a line, between lines at a half and at the whole, their labels below. */
function barsOf(bars: readonly Bar[]): Html {
  const { width, height } = BARS;
  const placed = placeBars(bars, width, height).map((bar) =>
    markup`<rect class="${bar.colour}" x="${bar.left}" y="${
      height - bar.height
    }" width="${bar.width}" height="${bar.height}"/>
<text class="${bar.isMuted ? "" : "matters"}" x="${bar.left + bar.width / 2}" y="${
      height + 14
    }" text-anchor="middle">${bar.label}</text>`
  );
  return markup`<svg viewBox="0 -2 ${width} ${height + 20}" role="img" aria-label="Probabilities of the classes">
<path d="M0 0H${width}M0 ${height / 2}H${width}M0 ${height}H${width}"/>${placed}</svg>`;
}
