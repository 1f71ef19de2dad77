/** report.html: a run's page, one file with all that it needs. Loaded only when it must be written. */
import { Buffer } from "node:buffer";
import { digestOfBytes } from "../engine/store/digest.ts";
import script from "../pages/built/report.js" with { type: "text" };
import { reportBody, reportScriptData } from "../pages/report_page.ts";
import { documentOf } from "../pages/shell.ts";
import style from "../pages/style.css" with { type: "text" };
import type { Store } from "../engine/store/store.ts";
import type { RunImages } from "./images.ts";
import { reportData } from "./run_page_data.ts";
import type { Summary } from "./summary.ts";
import type { Prediction } from "./tables.ts";

/** The page's bytes: the same for the same run, whenever and wherever it is written. */
export function runPage(
  summary: Summary,
  predictions: readonly Prediction[],
  images: RunImages,
  store: Store,
  digests: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const data = reportData(summary, predictions, images, store, digests);
  const page = {
    title: `${data.name} · Retrace`,
    body: reportBody(data),
    style,
    script,
    data: reportScriptData(data),
    hash: hashForPolicy,
  };
  return new TextEncoder().encode(documentOf(page));
}

/** SHA-256 in base64, as a Content-Security-Policy names code and style. */
export function hashForPolicy(text: string): string {
  return Buffer.from(digestOfBytes(new TextEncoder().encode(text)), "hex").toString("base64");
}
