/// <reference lib="dom" />
import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { comparisonReport } from "../../pipeline/compare/comparison_report.ts";
import { runsIn } from "../../pipeline/compare/stored_runs.ts";
import { comparisonFile } from "../../pipeline/pages/comparison_page.ts";
import { compared, TERMS } from "../pipeline/compare/fake_runs.ts";
import { finishRun } from "../pipeline/results/finished_run.ts";
import { makeSmallDataset } from "../small_dataset.ts";
import { accessibilityFaults, browserTest, LOOKS } from "./chromium.ts";

browserTest("the page of several runs reads values by key, and has no serious accessibility fault", async (open) => {
  using small = makeSmallDataset();
  for (const [name, sets] of Object.entries({ a: [], "a@seed=1": ["seed=1"], b: ["train.optimizer.lr=0.5"] })) {
    await (await finishRun(small.config, small.path("cache"), sets)).writeTo(small.path(`results/${name}`));
  }
  const runs = runsIn(small.path("results"), null);
  Deno.writeFileSync(small.path("page.html"), comparisonFile(comparisonReport(compared(runs), runs, TERMS)));
  for (const [name, look] of Object.entries(LOOKS)) {
    const page = await open(pathToFileURL(small.path("page.html")).href, look);
    await page.locator(".plot").first().focus();
    await page.keyboard.press("End");
    assertStringIncludes((await page.locator(".reading").first().textContent())!, "epoch  2\na (2 seeds)  ");
    assertEquals(await accessibilityFaults(page), [], name);
    const [width, room] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]") as number[];
    assertEquals(width, room, name);
    await page.click("#theme");
    const theme = await page.evaluate("document.documentElement.dataset.theme");
    assertEquals(theme, name === "dark" ? "light" : "dark");
  }
});
