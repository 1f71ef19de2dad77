/// <reference lib="dom" />
/** The script of a run's page, which contains all its data; `deno task build` bundles it into one file. */
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
  const { weights, table, shape } = model;
  const trained = { weights: fromBase64(weights), table: new Float32Array(fromBase64(table).buffer), shape };
  const classifier = makeClassifier(trained, layers);
  if (model.isDrawn) startDrawing(classifier);
  startChecking(classifier, accuracy);
}

function openForPrint(): void {
  const closed = () => [...document.querySelectorAll<HTMLDetailsElement>("#origin details:not([open])")];
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = closed();
    opened.forEach((one) => one.open = true);
  });
  addEventListener("afterprint", () => opened.forEach((one) => one.open = false));
}
