/// <reference lib="dom" />
import { assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { curve, type ImageItem, type Marks } from "../../pipeline/charts/marks.ts";
import { figureOf } from "../../pipeline/charts/page/chart_figure.ts";
import { documentOf } from "../../pipeline/pages/shell.ts";
import { Html } from "../../pipeline/text/markup.ts";
import { accessibilityFaults, browserTest, LOOKS } from "./chromium.ts";

const size = { width: 2, height: 2 };
const items = Array.from({ length: 60 }, (_, i): ImageItem => ({
  pixels: new Uint8Array(4).fill(4 * i),
  caption: [[`row ${i}`, "muted"], ["predicted 3", "wrong"]],
  group: String(i % 3),
}));
const weight = { pixels: Float32Array.of(-1, 0, 1, 0.5), caption: [["unit 0", "plain"]] } as const;
const prediction: ImageItem = {
  pixels: new Uint8Array(4).fill(9),
  caption: [["row 8", "muted"]],
  bars: [{ label: "a", share: 0.25, role: "truth" }, { label: "b", share: 0.75, role: "wrong" }],
};
const ALL: Record<string, Marks> = {
  lines: {
    kind: "lines",
    panels: [
      { label: "accuracy", unit: "percent", best: "highest", series: [curve("test", [0.1, 0.8, 0.9])] },
      { label: "classes", unit: "count", most: 10, series: [curve("predicted", [1, 9, 10])] },
    ],
  },
  slopes: {
    kind: "lines",
    x: { label: "x: input", unit: "number", values: [-1, 0, 3] },
    panels: [{ label: "f(x)", unit: "number", series: [curve("f(x)", [0, 0, 3])] }],
  },
  matrix: { kind: "matrix", labels: ["a", "b"], counts: [[9, 1], [0, 5]] },
  images: { kind: "images", size, colours: "grey", items, groups: "true class" },
  weights: { kind: "images", size, colours: { limit: 1, label: "weight" }, items: [weight] },
  predictions: { kind: "images", size, colours: "grey", items: [prediction] },
};

/** A page of all figures, under the policy of every page. */
function pageOf(script: string): string {
  const figures = Object.entries(ALL).map(([name, marks]) =>
    figureOf({ name, title: `The ${name}`, about: "What it is.", marks }).text
  );
  const body = new Html(`<main><h1>Figures</h1><h2>All</h2><div class="charts">${figures.join("\n")}</div></main>`);
  return documentOf({ title: "Figures", body, script });
}

async function bundled(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve("./figures_entry.ts"));
  const args = ["bundle", "--quiet", "--platform", "browser", entry];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The first pixel of a canvas. */
function firstPixel(page: Page, selector: string): Promise<number[]> {
  return page.$eval(selector, (canvas) => [
    ...(canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 1, 1).data.slice(0, 3),
  ]);
}

browserTest(
  "figures are read by key and pointer, paged, filtered and painted, in light, in dark and on a phone",
  async (open) => {
    const path = Deno.makeTempFileSync({ suffix: ".html" });
    try {
      Deno.writeFileSync(path, Buffer.from(pageOf(await bundled())));
      for (const [name, look] of Object.entries(LOOKS)) {
        const page = await open(pathToFileURL(path).href, look);
        const reading = (figure: string) => page.locator(`#figure-${figure} .reading`);
        await page.focus("#figure-lines .plot");
        await page.keyboard.press("End");
        assertEquals(await reading("lines").textContent(), "epoch  2\ntest  90.00 %\npredicted  10");
        await page.keyboard.press("ArrowLeft");
        assertStringIncludes((await reading("lines").textContent())!, "epoch  1\ntest  80.00 %");
        await page.keyboard.press("Escape");
        assertEquals(await reading("lines").isVisible(), false);
        const box = (await page.locator("#figure-slopes .plot svg").boundingBox())!;
        await page.hover("#figure-slopes .plot svg", { position: { x: 0.28 * box.width, y: box.height / 2 } });
        assertEquals(await reading("slopes").textContent(), "x  0\nf(x)  0", "the nearest place");

        const shown = () => page.locator("#figure-images li:visible .grey").allTextContents();
        const place = page.locator("#figure-images output");
        assertEquals([(await shown()).length, await place.textContent()], [24, "1–24 of 60"]);
        await page.click("#figure-images button:last-of-type");
        assertEquals([(await shown())[0], await place.textContent()], ["row 24", "25–48 of 60"]);
        assertEquals(await firstPixel(page, "#figure-images li:nth-child(25) canvas"), [96, 96, 96]);
        await page.selectOption("#figure-images select", "2");
        assertEquals([(await shown()).slice(0, 2), await place.textContent()], [["row 2", "row 5"], "1–20 of 20"]);
        assertEquals(await page.locator("#figure-images button:disabled").count(), 2);
        assertEquals(await firstPixel(page, "#figure-weights canvas"), [0, 82, 140]);
        assertEquals(await firstPixel(page, "#figure-predictions canvas"), [9, 9, 9]);

        await page.evaluate(`document.documentElement.dataset.theme = ${JSON.stringify(look.colorScheme)}`);
        assertEquals(await accessibilityFaults(page), [], name);
        const [width, room] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]") as number[];
        assertEquals(width, room, name);
      }
    } finally {
      Deno.removeSync(path);
    }
  },
);
