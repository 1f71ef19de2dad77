/** Parts of a run's page: the drawing pad, and tables of params and digests. */
import { type Html, html } from "../text/markup.ts";
import type { CarriedModel } from "./carried_model.ts";

/** A name and its value, as a row of a table. */
export type Row = readonly [name: string, value: string];

/** The pad that digits are drawn on, and what the model says of them; or why there is none. */
export function drawingSection(model: CarriedModel): Html {
  if ("missing" in model) return html`<p>${model.missing}</p>`;
  const bars = Array.from(
    { length: model.classes },
    (_, c) =>
      html`<li><span class="class">${c}</span><span class="track"><span class="fill"></span></span><span class="share">–</span></li>`,
  );
  return html`
    <p>Draw with the mouse or a finger. This page contains the trained model and the kernels that trained it.</p>
    <noscript><p>Drawing needs JavaScript.</p></noscript>
    <div class="draw">
      <div class="pad">
        <canvas id="pad" width="280" height="280" tabindex="0" role="img"
          aria-label="Drawing pad. The arrow keys move the pen, space lowers and lifts it, Escape clears the pad."></canvas>
        <div
          class="buttons"><button type="button" id="clear">Clear</button><button type="button" id="example" hidden>Example</button>
    <a class="button" id="save" download="digit.png" href="#draw">Save as PNG</a></div>
        <p class="hint">Keys: arrows move the pen, space lowers and lifts it, Escape clears.</p>
      </div>
      <div class="seen">
        <canvas id="seen" width="28" height="28" role="img" aria-label="What the model sees: 28 by 28 pixels"></canvas>
        <p class="hint">what the model sees</p>
      </div>
      <div class="answer">
        <p id="answer" role="status">Nothing is drawn yet.</p>
        <ol class="bars" id="bars">${bars}</ol>
      </div>
    </div>
  `;
}

/** Params as rows, nested ones by their paths. */
export function paramsTable(params: object | undefined): Html {
  const rows = rowsOf(params ?? {}, "");
  if (rows.length === 0) return html`<p class="hint">no parameters</p>`;
  return table("rows", rows.map(([name, value]) => [name, html`${value}`]));
}

/** Digests as rows. */
export function digestTable(rows: readonly Row[]): Html {
  return table("rows digests", rows.map(([name, digest]) => [name, html`<code>${digest}</code>`]));
}

function table(classes: string, rows: readonly (readonly [string, Html])[]): Html {
  const body = rows.map(([name, value]) =>
    html`
      <tr>
        <th scope="row">${name}</th>
        <td>${value}</td>
      </tr>
    `
  );
  return html`
    <table class="${classes}">
      <tbody>${body}</tbody>
    </table>
  `;
}

function rowsOf(params: object, prefix: string): Row[] {
  return Object.entries(params).flatMap(([name, value]): Row[] => {
    if (value === undefined) return [];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return rowsOf(value, `${prefix}${name}.`);
    const text = Array.isArray(value) ? value.join(" → ") : typeof value === "string" ? value : JSON.stringify(value);
    return [[prefix + name, text]];
  });
}
