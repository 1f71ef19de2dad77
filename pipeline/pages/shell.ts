/** The frame of every page: its head, its strict Content-Security-Policy, the button for light and dark. */
import { Html, html } from "./markup.ts";

/** A page: what it shows, and the code and style that it carries. */
export interface Page {
  title: string;
  body: Html;
  style: string;
  /** A module. */
  script: string;
  /** What the module reads, as JSON; null for none. */
  data: Html | null;
  /** Whether the page comes from a server of its own, to which its code and forms may talk. */
  served?: boolean;
  /** SHA-256 of a text in base64, for the policy. */
  hash(text: string): string;
}

/** The policy of a page: its own code and style by their digests, WebAssembly, and no network but its own server's. */
export function policyOf({ style, script, served, hash }: Pick<Page, "style" | "script" | "served" | "hash">): string {
  const own = served ? "'self'" : "'none'";
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash(script)}' 'wasm-unsafe-eval'`,
    `style-src 'sha256-${hash(style)}'`,
    `connect-src ${own}`,
    "img-src data:",
    "base-uri 'none'",
    `form-action ${own}`,
  ].join("; ");
}

/** The whole document. */
export function documentOf(page: Page): string {
  const { title, body, style, script, data } = page;
  const values = data === null ? null : html`<script type="application/json" id="data">${data}</script>`;
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="${policyOf(page)}">
        <meta name="color-scheme" content="light dark">
        <title>${title}</title>
        <link rel="icon" href="data:,">
        <style>${new Html(style)}</style>
      </head>
      <body>${body}
    ${values}
    <script type="module">${new Html(script)}</script></body>
    </html>
  `.text;
}

/** The button that turns dark on and off; the page's code brings it to life. */
export const themeButton: Html = html`<button type="button" class="theme" id="theme" hidden>Dark</button>`;
