/** Draws every kind of marks once and prints the digests as JSON; a test runs it in several processes. */
import { createHash } from "node:crypto";
import { drawPicture } from "../../../pipeline/charts/png/draw_picture.ts";
import { boxAt, textAt } from "../../../pipeline/charts/svg.ts";
import { curve, type Marks } from "../../../pipeline/charts/marks.ts";

const size = { width: 28, height: 28 };
const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i * 31) % 256);
const signed = Float32Array.from({ length: 784 }, (_, i) => (i % 29) - 14);
const probabilities = [0, 0.1, 0, 0.2, 0, 0.6, 0, 0.1, 0, 0];
const bars = probabilities.map((share, i) => ({ label: String(i), share, role: "muted" as const }));
const share = { unit: "percent", best: "highest", enlarge: true } as const;
const all: Marks[] = [
  {
    kind: "lines",
    panels: [
      { label: "accuracy", ...share, series: [curve("test", [0.1, 0.91, 0.93, 0.92])] },
      { label: "loss", unit: "number", series: [curve("ÄÖÜ", [1234.5, 9, 3]), curve("漢字", [2000, 12, 5, null])] },
    ],
  },
  { kind: "matrix", labels: ["a", "b"], counts: [[12345, 6], [78, 9012]] },
  { kind: "images", size, colours: "grey", items: [{ pixels, caption: [["Ground truth: 5", "plain"]] }] },
  { kind: "images", size, colours: { limit: 14, label: "weight" }, items: [{ pixels: signed, caption: [] }] },
  { kind: "images", size, colours: "grey", items: [{ pixels, caption: [["✗ 5", "wrong"]], bars }] },
  {
    kind: "traces",
    size: { width: 300, height: 120 },
    axes: [{ at: 0, label: "ÄÖÜ", ticks: [{ at: 0, text: "1,234.5" }] }],
    traces: [{ title: "", places: [[0, 0], [0.4, 0.9], [1, 0.3]], share: 0.4, look: "best" }],
  },
  {
    kind: "drawing",
    size: { width: 300, height: 60 },
    body: boxAt({ x: 22, y: 0, width: 99, height: 20 }, "blue") + textAt(22, 9, "a"),
  },
];
const pictures = await Promise.all(
  all.map((marks, i) =>
    drawPicture({ name: String(i), title: "The same bytes: ÄÖÜ, 漢字 and 1,234.5", about: "words", marks })
  ),
);
console.log(JSON.stringify(pictures.map((picture) => createHash("sha256").update(picture).digest("hex"))));
