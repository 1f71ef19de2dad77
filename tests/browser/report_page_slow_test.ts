/// <reference lib="dom" />
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { fromBase64 } from "../../pipeline/charts/page/packed.ts";
import { mustBeDone, retrace } from "../pipeline/cli/retrace.ts";
import { testDigits } from "../pipeline/predict/pictures.ts";
import { readJson, TEST_ROWS, writtenRun } from "../pipeline/results/written_run.ts";
import { firstRows } from "../small_dataset.ts";
import { accessibilityFaults, browserTest, LOOKS } from "./chromium.ts";

/** What the page says of what is on its pad, every digit of it. */
function probabilitiesIn(page: Page): Promise<number[]> {
  return page.$$eval("#bars li", (bars) => bars.map((bar) => Number((bar as HTMLElement).dataset.probability)));
}

/** What the command line says of what is on the pad. */
async function predictedBy(page: Page, folder: string): Promise<{ digit: number; probabilities: number[] }> {
  const url = await page.$eval("#pad", (canvas) => (canvas as HTMLCanvasElement).toDataURL("image/png"));
  const path = join(folder, "drawn.png");
  Deno.writeFileSync(path, fromBase64(url.split(",")[1]));
  const outcome = await retrace("predict", folder, path, "--json");
  mustBeDone(outcome);
  return JSON.parse(outcome.stdout);
}

/** Draws a digit with the mouse, a stroke for each run of dark pixels in a row. */
async function draw(page: Page, pixels: Uint8Array): Promise<void> {
  const box = (await page.locator("#pad").boundingBox())!;
  const place = (x: number, y: number): [number, number] => [
    box.x + (x + 0.5) / 28 * box.width,
    box.y + (y + 0.5) / 28 * box.height,
  ];
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      if (pixels[28 * y + x] < 200) continue;
      const from = x;
      while (x < 27 && pixels[28 * y + x + 1] >= 200) x++;
      await page.mouse.move(...place(from, y));
      await page.mouse.down();
      await page.mouse.move(...place(x, y));
      await page.mouse.up();
    }
  }
}

browserTest("report.html predicts a drawn digit to the bit as predict does", async (open) => {
  using written = await writtenRun();
  const page = await open(pathToFileURL(written.path("report.html")).href);
  assertEquals(await page.textContent("#answer"), "Nothing is drawn yet.");
  for (const { pixels } of testDigits(3)) {
    await page.click("#clear");
    await draw(page, pixels);
    const shown = await probabilitiesIn(page);
    const { digit, probabilities } = await predictedBy(page, written.folder);
    assertEquals(shown, probabilities);
    assertStringIncludes((await page.textContent("#answer"))!, `Seen as a ${digit}`);
  }
  await page.click("#example");
  assertEquals(await probabilitiesIn(page), (await predictedBy(page, written.folder)).probabilities);
});

browserTest("report.html lets keys and fingers draw", async (open) => {
  using written = await writtenRun();
  const page = await open(pathToFileURL(written.path("report.html")).href, LOOKS.phone);
  await page.focus("#pad");
  for (const key of [" ", ...Array(8).fill("ArrowDown"), " "]) await page.keyboard.press(key);
  assertMatch((await page.textContent("#answer"))!, /^Seen as a \d: /);
  await page.keyboard.press("Escape");
  assertEquals(await page.textContent("#answer"), "Nothing is drawn yet.");
  await page.tap("#pad");
  assertMatch((await page.textContent("#answer"))!, /^Seen as a \d: /);
});

browserTest("report.html computes the run's accuracy anew on IDX files", async (open) => {
  using written = await writtenRun();
  const page = await open(pathToFileURL(written.path("report.html")).href);
  const { accuracy, correct } = readJson<{ accuracy: number; correct: number }>(written.path("metrics.json"));
  const file = (name: string, bytes: Uint8Array) => ({ name, mimeType: "", buffer: Buffer.from(bytes) });
  const images = file("images", firstRows("test_images", TEST_ROWS));
  const labels = file("labels", firstRows("test_labels", TEST_ROWS));
  const result = page.locator("#check-result");

  await page.setInputFiles("#files", [images, labels]);
  await result.filter({ hasText: "correct:" }).waitFor();
  assertEquals(
    await result.textContent(),
    `${correct} of ${TEST_ROWS} correct: ${(100 * accuracy).toFixed(2)} %, the same as the run's.`,
  );
  // One after the other; then a file that is none.
  await page.setInputFiles("#files", [labels]);
  await result.filter({ hasText: "Now the images." }).waitFor();
  await page.setInputFiles("#files", [images]);
  await result.filter({ hasText: "the same as the run's." }).waitFor();
  await page.setInputFiles("#files", [file("words.txt", new TextEncoder().encode("no IDX"))]);
  await result.filter({ hasText: "words.txt: expected an IDX file" }).waitFor();
});

browserTest("report.html pages through the mistakes, and reads curves by key and pointer", async (open) => {
  using written = await writtenRun();
  const page = await open(pathToFileURL(written.path("report.html")).href);
  const wrong = TEST_ROWS - readJson<{ correct: number }>(written.path("metrics.json")).correct;
  const mistakes = page.locator("#figure-mistakes");
  const shown = mistakes.locator(".images li:visible");
  assertEquals(await shown.count(), Math.min(24, wrong));
  await mistakes.getByText("Next").click();
  assertMatch((await mistakes.locator("output").textContent())!, new RegExp(`^25–\\d+ of ${wrong}$`));
  const label = (await mistakes.locator("option").nth(1).textContent())!;
  await mistakes.locator("select").selectOption(label);
  const groups = await shown.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.group));
  assert(groups.length > 0 && groups.every((group) => group === label), groups.join());

  const history = Deno.readTextFileSync(written.path("history.csv")).trimEnd().split("\n").map((row) => row.split(","));
  const accuracy = page.locator("#figure-accuracy .plot");
  await accuracy.focus();
  await page.keyboard.press("End");
  const reading = (await accuracy.locator(".reading").textContent())!;
  assertStringIncludes(reading, `test (not for choosing)  ${(100 * Number(history.at(-1)![2])).toFixed(2)} %`);
  await page.keyboard.press("Escape");
  assertEquals(await accuracy.locator(".reading").isVisible(), false);
  await accuracy.hover({ position: { x: 40, y: 60 } });
  assertStringIncludes((await accuracy.locator(".reading").textContent())!, "epoch  0");
});

browserTest(
  "report.html has no serious accessibility fault in light, in dark and on a phone, nor scrolls sideways",
  async (open) => {
    using written = await writtenRun();
    for (const [name, look] of Object.entries(LOOKS)) {
      const page = await open(pathToFileURL(written.path("report.html")).href, look);
      await page.click("#example");
      assertEquals(await accessibilityFaults(page), [], name);
      const [width, room] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]") as number[];
      assertEquals(width, room, name);
    }
  },
);
