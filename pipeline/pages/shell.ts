/** The frame of every page: its head, its strict Content-Security-Policy, the button for light and dark. */
import { createHash } from "node:crypto";
import { Html, markup } from "../text/markup.ts";
import style from "./style.css" with { type: "text" };

/** A page: its content, and its script. */
export interface Page {
  title: string;
  body: Html;
  /** A module. */
  script: string;
  /** JSON that the module reads. */
  data?: Html;
  /** True if the page comes from the ui's server, which its script and forms may contact. */
  served?: boolean;
}

/** A page's policy: its own script and style by their digests, WebAssembly, and no network but its own server. */
export function policyOf({ script, served }: Pick<Page, "script" | "served">): string {
  const own = served ? "'self'" : "'none'";
  return [
    "default-src 'none'",
    `script-src 'sha256-${hashForPolicy(script)}' 'wasm-unsafe-eval'`,
    `style-src 'sha256-${hashForPolicy(style)}'`,
    `connect-src ${own}`,
    "img-src data:",
    "base-uri 'none'",
    `form-action ${own}`,
  ].join("; ");
}

/** The whole document. */
export function documentOf(page: Page): string {
  const { title, body, script, data } = page;
  const values = data === undefined ? null : markup`<script type="application/json" id="data">${data}</script>`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyOf(page)}">
<meta name="color-scheme" content="light dark"><title>${title} · Retrace</title><link rel="icon" href="data:,">
<style>${new Html(style)}</style></head>
<body>${body}${values}<script type="module">${new Html(script)}</script></body></html>
`.text;
}

/** SHA-256 in base64, as a Content-Security-Policy names code and style. */
export function hashForPolicy(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

/** The bar at the top of a page: what the page is, and the button that turns dark on and off. */
export function topBar(brand: Html, about: string): Html {
  return markup`<a class="skip" href="#main">Skip to the content</a>
<header class="top"><p class="brand">${brand} <span>${about}</span></p>
<button type="button" class="theme" id="theme" hidden>Dark</button></header>`;
}

/** The end of a page that is one file. */
export const footer: Html = markup`<footer>
<p>This page is a single file. It needs no network and sends no data.</p></footer>`;
