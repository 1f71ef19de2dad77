/** Images and cards on a page: captions and bars are markup, pixels are packed text that gallery.ts paints. */
import { barsOf, captionOf } from "../card_layout.ts";
import type { Card, Cards, Images, Line } from "../marks.ts";
import { ROLE_COLOURS } from "../theme.ts";
import { type Html, jsonForScript, markup } from "../../text/markup.ts";
import { countText, numberText } from "../../text/numbers.ts";
import { type PackedImages, packImages } from "./packed.ts";

/** Base64 characters per figure, so that a page stays below 1.5 MB. */
const MOST_LETTERS = 400_000;

/** Images per page, if there are more than twice as many. */
export const PER_PAGE = 24;

const BARS = { width: 190, height: 92 };

/** A grid of images, shown a page at a time. */
export function imagesFigure({ items, size, colours, groups }: Images): Html {
  const packed = packImages(items.map(({ pixels }) => pixels), size, colours, MOST_LETTERS);
  const carried = items.slice(0, packed.images.length);
  const isPaged = carried.length > 2 * PER_PAGE;
  const listed = carried.map(({ caption, group = "" }, i) => {
    const state = isPaged && i >= PER_PAGE ? markup` hidden` : null;
    const name = caption.map(([text]) => text).join(", ");
    return markup`<li data-group="${group}"${state}>${canvasOf(name)}${caption.map(lineOf)}</li>`;
  });
  const left = carried.length === items.length
    ? null
    : markup`<p class="hint">This page includes the first ${countText(carried.length)} of ${
      countText(items.length)
    }.</p>`;
  return markup`${colours === "grey" ? null : keyOf(colours)}${left}${isPaged ? pagerOf(carried, groups) : null}
<ul class="images">${listed}</ul>${blockOf(packed)}`;
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

/** The key to the colours of signed numbers. */
function keyOf({ limit, label }: { limit: number; label: string }): Html {
  return markup`<p class="signed hint">${label} ≤ −${numberText(limit)}<span class="scale"></span>≥ ${
    numberText(limit)
  }</p>`;
}

/** Groups of cards, each an image beside the probabilities of all classes. */
export function cardsFigure({ groups, size, labels }: Cards): Html {
  const images = groups.flatMap(({ cards }) => cards.map(({ pixels }) => pixels));
  const sections = groups.map(({ heading, none, cards }) =>
    markup`<h4 class="${ROLE_COLOURS[heading[1]]}">${heading[0]}</h4>${
      cards.length === 0 ? markup`<p>${none}</p>` : null
    }
<ul class="predictions">${cards.map((card) => cardOf(card, labels))}</ul>`
  );
  return markup`${sections}${blockOf(packImages(images, size, "grey", Infinity))}`;
}

function cardOf(card: Card, labels: readonly string[]): Html {
  const bars = barsOf(card, labels, BARS.width, BARS.height).map(({ left, width, height, colour, name, matters }) =>
    markup`<rect class="${colour}" x="${left}" y="${BARS.height - height}" width="${width}" height="${height}"/>
<text class="${matters ? "matters" : ""}" x="${left + width / 2}" y="${
      BARS.height + 15
    }" text-anchor="middle">${name}</text>`
  );
  const caption = captionOf(card, labels, BARS.width);
  const words = caption.map(([text]) => text).join(", ");
  return markup`<li><div class="grey from">${card.from}</div>${caption.map(lineOf)}${canvasOf(`${card.from}: ${words}`)}
<svg viewBox="0 -2 ${BARS.width} ${BARS.height + 24}" role="img" aria-label="Probabilities of the classes">
<path d="M0 0H${BARS.width}M0 ${BARS.height / 2}H${BARS.width}M0 ${BARS.height}H${BARS.width}"/>${bars}</svg></li>`;
}

function canvasOf(label: string): Html {
  return markup`<canvas role="img" aria-label="${label}"></canvas>`;
}

function lineOf([text, role]: Line): Html {
  return markup`<div class="${ROLE_COLOURS[role]}">${text}</div>`;
}

/** The pixels: gallery.ts paints the i-th image on the figure's i-th canvas. */
function blockOf(packed: PackedImages): Html {
  return markup`<script type="application/json" class="pixels">${jsonForScript(packed)}</script>`;
}
