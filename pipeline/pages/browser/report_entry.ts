/// <reference lib="dom" />
/** The code of a run's page. What it needs is in the page; `deno task build` makes one file of it. */
import { makeClassifier } from "../../predict/classifier.ts";
import type { ScriptData } from "../page_data.ts";
import { fromBase64 } from "../packed.ts";
import { startChecking } from "./check_accuracy.ts";
import { startDrawing } from "./draw_digit.ts";
import { startGallery } from "./gallery.ts";
import { imageItem } from "./image_list.ts";
import { startReading } from "./read_values.ts";
import { startTheme } from "./colour_theme.ts";

const data: ScriptData = JSON.parse(document.querySelector("#data")!.textContent);

startTheme();
openForPrint();
startReading(document);
startGallery(data);
document.querySelector("#sample-images")!.append(
  ...data.samples.labels.map((label, i) =>
    imageItem(data.samples, i, `A ${label}`, [{ text: String(label), kind: "" }])
  ),
);
if ("weights" in data.model) {
  const { weights, table, batchSize } = data.model;
  const classifier = makeClassifier({
    weights: fromBase64(weights),
    table: new Float32Array(fromBase64(table).buffer),
  });
  startDrawing(classifier, data);
  startChecking(classifier, batchSize, data.accuracy);
}

/** On paper nothing can be opened. */
function openForPrint(): void {
  const closed = () => [...document.querySelectorAll<HTMLDetailsElement>("#origin details:not([open])")];
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = closed();
    opened.forEach((one) => one.open = true);
  });
  addEventListener("afterprint", () => opened.forEach((one) => one.open = false));
}
