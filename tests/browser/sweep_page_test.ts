/// <reference lib="dom" />
import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sweepPage } from "../../pipeline/sweeps/sweep_page.ts";
import { withFolder } from "../pipeline/sources/scratch.ts";
import { madeSweep, MODEL } from "../pipeline/sweeps/fake_sweep.ts";
import { served, shownOf } from "../pipeline/ui/served.ts";
import { accessibilityFaults, browserTest, LOOKS } from "./chromium.ts";

/** Pairs of texts of a chart that cover each other. */
const COVERED = `[...document.querySelectorAll("svg.traces")].flatMap((svg) => {
  const texts = [...svg.querySelectorAll("text")].map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
  return texts.flatMap((a, i) => texts.slice(0, i).filter(({ box: b }) =>
    a.box.left + 1 < b.right && b.left + 1 < a.box.right && a.box.top + 3 < b.bottom && b.top + 3 < a.box.bottom
  ).map((b) => a.text + " covers " + b.text));
})`;
const SERVER_GONE = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/;

browserTest(
  "a sweep's page has no accessibility fault, covers no text, scrolls only its charts, and is sorted",
  async (open) => {
    await withFolder(async (folder) => {
      const pages = {
        halving: madeSweep(),
        live: madeSweep({ at: 1, trials: 80 }),
        loss: madeSweep({ goal: "minimize", rungs: [20], parameters: [MODEL] }),
      };
      for (const [file, report] of Object.entries(pages)) {
        const path = join(folder, `${file}.html`);
        Deno.writeTextFileSync(path, sweepPage(report));
        for (const [name, look] of Object.entries(LOOKS)) {
          const page = await open(pathToFileURL(path).href, look);
          assertEquals(await accessibilityFaults(page), [], `${file} ${name}`);
          assertEquals(await page.evaluate(COVERED), [], `${file} ${name}`);
          const [width, room] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]") as number[];
          assertEquals(width, room, `${file} ${name}`);
          const trials = page.locator("table.runs").last();
          await trials.getByRole("button", { name: "trial" }).click();
          assertEquals(await trials.locator("tbody th").first().textContent(), "0");
        }
      }
    });
  },
);

browserTest("the page of a sweep in progress loads itself again: its place and its colours stay", async (open) => {
  await withFolder(async (folder) => {
    const path = join(folder, "sweep.html");
    Deno.writeTextFileSync(path, sweepPage(madeSweep({ at: 1 })));
    const page = await open(pathToFileURL(path).href);
    await page.clock.install();
    await page.reload();
    await page.click("#theme");
    await page.evaluate("scrollTo(0, 900)");
    const place = () =>
      page.evaluate("Math.round(document.querySelector('#figure-curves').getBoundingClientRect().top)");
    const before = await place();
    Deno.writeTextFileSync(path, sweepPage(madeSweep()));
    await page.clock.fastForward(10_000);
    await page.locator("h2").filter({ hasText: "The winner" }).waitFor();
    // The browser keeps what is seen where it was, although there is more above it now.
    for (let i = 0; i < 1000 && await place() !== before; i++);
    assertEquals(await place(), before);
    assertEquals(await page.evaluate("document.documentElement.dataset.theme"), "dark");
  });
});

browserTest("without a script, the page of a sweep shows everything, and loads itself again", async (open) => {
  await withFolder(async (folder) => {
    const path = join(folder, "sweep.html");
    Deno.writeTextFileSync(path, sweepPage(madeSweep({ at: 1 })).replace('content="10"', 'content="0"'));
    const page = await open(pathToFileURL(path).href, { javaScriptEnabled: false });
    Deno.writeTextFileSync(path, sweepPage(madeSweep()));
    await page.locator("h2").filter({ hasText: "The winner" }).waitFor();
    assertGreater(await page.locator("#figure-curves path").count(), 27);
  });
});

browserTest("the ui follows a sweep: its place, what is scrolled and the order of its table stay", async (open) => {
  await withFolder(async (results) => {
    Deno.mkdirSync(join(results, "a.sweep"));
    const write = (report: unknown) =>
      Deno.writeTextFileSync(join(results, "a.sweep", "sweep.json"), JSON.stringify(report));
    write(madeSweep({ at: 1 }));
    await served(shownOf(results), async (url) => {
      const list = await open(url);
      await list.locator("tbody tr").filter({ hasText: "rung 2 of 4" }).waitFor();
      assertEquals(await list.textContent("#count"), "0 runs");
      const page = await open(`${url}/run?name=a.sweep`, { viewport: { width: 500, height: 700 } });
      const epochs = page.locator("table.runs").last().getByRole("columnheader", { name: "epochs" });
      await epochs.getByRole("button").click();
      await epochs.getByRole("button").click();
      await page.evaluate("document.querySelector('#figure-parallel .scroll').scrollLeft = 100; scrollTo(0, 800)");
      write(madeSweep({ at: 2 }));
      await page.locator("#live").filter({ hasText: "rung 3 of 4" }).waitFor();
      assertEquals(await epochs.getAttribute("aria-sort"), "descending");
      assertEquals(await page.evaluate("[document.querySelector('#figure-parallel .scroll').scrollLeft, scrollY]"), [
        100,
        800,
      ]);
      assertEquals(await accessibilityFaults(page), []);
      write(madeSweep());
      await page.locator("h2").filter({ hasText: "The winner" }).waitFor();
      await list.locator("tbody tr").filter({ hasText: "97.10 ± 0.42 %" }).waitFor();
      assert((await list.textContent("#news")) === "");
    });
  });
}, SERVER_GONE);
