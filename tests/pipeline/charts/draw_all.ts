/**
 * Draws every chart once and prints the digests of the PNGs as JSON; a test runs it in several processes.
 */
import { createHash } from "node:crypto";
import * as charts from "../../../pipeline/charts/charts.ts";

const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i * 31) % 256);
const item = { pixels, trueLabel: 3, predicted: 5, probabilities: [0, 0.1, 0, 0.2, 0, 0.6, 0, 0.1, 0, 0], row: 7 };
const title = "The same bytes: ÄÖÜ, 漢字 and 1,234.5";
const mistake = { pixels, trueLabel: 3, predicted: 5, onTrue: 0.2, onPredicted: 0.6, row: 7 };
const bins = [{ from: 0.5, to: 1, count: 10, confidence: 0.8, accuracy: 0.7 }];
const weights = [Float32Array.from({ length: 784 }, (_, i) => (i % 29) - 14)];
const pictures = [
  charts.lossChart({ title, train: [1234.5, 9, 3], test: [2000, 12, 5, null], reduction: "mean" }),
  charts.accuracyChart({ title, accuracy: [0.1, 0.91, 0.93, 0.92], meanBatch: [0.1, 0.9, 0.94, 0.92] }),
  charts.clampedChart({
    title,
    summary: "a summary",
    clamped: [0.5, 0.4, 0.45],
    accuracy: [0.1, 0.5, 0.55, 0.55],
    predicted: [10, 6, 6, 6],
    classes: 10,
  }),
  charts.confusionChart({ title, labels: ["a", "b"], counts: [[12345, 6], [78, 9012]] }),
  charts.samplesChart({ title, width: 28, height: 28, items: [{ pixels, label: "5" }] }),
  charts.predictionsChart({ title, width: 28, height: 28, right: [{ ...item, trueLabel: 5 }], wrong: [item] }),
  charts.calibrationChart({ title, bins, confidence: 0.8, accuracy: 0.7, expectedError: 0.1 }),
  charts.mistakesChart({ title, width: 28, height: 28, items: [mistake], wrong: 7, total: 1000 }),
  charts.weightsChart({ title, width: 28, height: 28, name: "0.weight", kind: "unit", outputs: 9, weights }),
  charts.activationChart({ title, summary: "s", name: "f", x: [-1, 0, 1], value: [0, 0, 1], derivative: [0, 0, 1] }),
];
console.log(JSON.stringify(pictures.map((png) => createHash("sha256").update(png).digest("hex"))));
