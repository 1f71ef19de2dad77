/// <reference lib="dom" />
/** The code of a run's page. All that it needs is in the page; `deno task build` makes one file of it. */
import { fromBase64 } from "../../charts/page/packed.ts";
import { layers } from "../../classifier/layers.ts";
import { makeClassifier } from "../../predict/classifier.ts";
import type { ScriptData } from "../report_page.ts";
import { startChecking } from "./check_accuracy.ts";
import { startTheme } from "./colour_theme.ts";
import { startDrawing } from "./draw_digit.ts";
import { startGalleries } from "./gallery.ts";
import { startReading } from "./read_values.ts";

const { accuracy, model }: ScriptData = JSON.parse(document.querySelector("#data")!.textContent);

startTheme();
openForPrint();
startReading(document);
startGalleries(document);
if ("weights" in model) {
  const { weights, table } = model;
  const trained = { weights: fromBase64(weights), table: new Float32Array(fromBase64(table).buffer) };
  const classifier = makeClassifier(trained, layers);
  startDrawing(classifier);
  startChecking(classifier, accuracy);
}

/** Nothing can be opened on paper. */
function openForPrint(): void {
  const closed = () => [...document.querySelectorAll<HTMLDetailsElement>("#origin details:not([open])")];
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = closed();
    opened.forEach((one) => one.open = true);
  });
  addEventListener("afterprint", () => opened.forEach((one) => one.open = false));
}
