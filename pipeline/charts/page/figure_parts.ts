/** Parts that several figures of a page have. */
import { type Html, markup } from "../../text/markup.ts";

/** Which end of a text is at its x coordinate. */
export type Anchor = "start" | "middle" | "end";

/** A text in an SVG; style.css gives it its size and colour. */
export function svgText(x: number, y: number, text: string, anchor: Anchor): Html {
  return markup`<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

/** The values of a chart as a collapsed table; the first field of a row is its heading. */
export function valuesTable(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  const body = rows.map(([first, ...rest]) =>
    markup`<tr><th scope="row">${first}</th>${rest.map((text) => markup`<td>${text}</td>`)}</tr>`
  );
  return markup`<details><summary>Values</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Values"><table class="values">
<thead><tr>${head.map((text) => markup`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${body}</tbody></table></div></details>`;
}
