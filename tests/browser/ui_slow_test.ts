/// <reference lib="dom" />
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Store } from "../../pipeline/engine/store/store.ts";
import type { Pipeline } from "../../pipeline/define/define_pipeline.ts";
import { withFolder } from "../pipeline/sources/scratch.ts";
import { served, shownOf, writeRun } from "../pipeline/ui/served.ts";
import { runAtWork, toyPipeline } from "../pipeline/ui/toy_run.ts";
import { accessibilityFaults, browserTest, LOOKS } from "./chromium.ts";

const HOSTILE = `<script>document.title="run"<|script><img src=x onerror="document.title='run'">`;
/** What the browser says when the server ends while a page listens. */
const SERVER_GONE = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/;
const NAME = HOSTILE.replaceAll("/", "|");

/** What the ui shows of a folder in which a toy run is at work. */
const atWork = (results: string) => ({ ...shownOf(results), pipeline: toyPipeline satisfies Pipeline });

browserTest("the ui filters runs and compares the chosen ones", async (open) => {
  await withFolder(async (results) => {
    writeRun(results, "slow", { lr: 0.01 });
    writeRun(results, "fast", { lr: 1 });
    writeRun(results, NAME);
    await served(shownOf(results), async (url) => {
      const page = await open(url);
      const compare = page.locator("#compare");
      assertEquals(await compare.isDisabled(), true);
      await page.fill("#filter", "FAST finished");
      assertEquals(await page.locator("tbody tr:visible").count(), 1);
      assertEquals(await page.textContent("#count"), "1 of 3 runs");
      await page.check("tbody tr:visible input");
      await page.fill("#filter", "");
      await page.check('input[value="slow"]');
      assertEquals(await compare.textContent(), "Compare 2 runs");
      await compare.click();
      await page.locator("h1").filter({ hasText: "fast · slow" }).waitFor();
      await page.click("text=All runs");
      // A hostile name is a name.
      assertEquals(await page.locator("tbody a").filter({ hasText: "<script>document.title" }).count(), 1);
    });
  });
}, SERVER_GONE);

browserTest(
  "the ui sorts runs by any heading, by click and by key, and keeps runs below their experiment",
  async (open) => {
    await withFolder(async (results) => {
      writeRun(results, "a", { lr: 0.5, accuracy: 0.9 });
      writeRun(results, "b", { lr: 10, accuracy: 0.95 });
      writeRun(results, "b@seed=1", { lr: 10, accuracy: 0.75, seed: 1 });
      writeRun(results, "c", { lr: 2, accuracy: 0.1 });
      Deno.removeSync(join(results, "c", "metrics.json"));
      Deno.writeTextFileSync(join(results, "c", "metrics.json"), "{}");
      await served(shownOf(results), async (url) => {
        const page = await open(url);
        const names = () => page.locator("tbody a").allTextContents();
        const head = (name: string) => page.getByRole("columnheader", { name, exact: true });
        await head("lr").getByRole("button").click();
        assertEquals(await names(), ["a", "c", "b", "b@seed=1"]);
        assertEquals(await head("lr").getAttribute("aria-sort"), "ascending");
        // A missing figure comes last either way.
        await head("accuracy").getByRole("button").focus();
        await page.keyboard.press("Enter");
        assertEquals(await names(), ["b@seed=1", "a", "b", "c"]);
        await page.keyboard.press("Space");
        assertEquals(await names(), ["b", "a", "b@seed=1", "c"]);
        assertEquals(await head("accuracy").getAttribute("aria-sort"), "descending");
        assertEquals(await head("lr").getAttribute("aria-sort"), null);
        assertEquals(await head("compare").getByRole("button").count(), 0);

        await page.goto(`${url}/compare?run=a&run=b&run=${encodeURIComponent("b@seed=1")}`);
        const rows = () => page.locator("table").first().locator("tbody th").allTextContents();
        assertEquals(await rows(), ["a", "b", "  seed 0", "  seed 1"]);
        await page.locator("table").first().getByRole("button", { name: "accuracy" }).click();
        assertEquals(await rows(), ["b", "  seed 0", "  seed 1", "a"]);
      });
    });
  },
  SERVER_GONE,
);

browserTest("the ui follows a run epoch by epoch, keeps what is open, and ends at the report", async (open) => {
  await withFolder(async (folder) => {
    const results = join(folder, "results");
    const run = runAtWork(join(results, NAME), new Store(join(folder, "cache")));
    await served(atWork(results), async (url) => {
      const list = await open(url);
      await list.locator("tbody tr").filter({ hasText: "running" }).waitFor();
      const page = await open(`${url}/run?name=${encodeURIComponent(NAME)}`);
      assertStringIncludes((await page.textContent("h1"))!, "<script>document.title");
      assertStringIncludes(await page.title(), "<script>");
      run.begin("train");
      for (const epoch of [0, 1, 2]) {
        run.train(epoch, 4 - epoch);
        await page.locator("#live").filter({ hasText: `train, epoch ${epoch} of 3` }).waitFor();
        await page.locator("#live dd").filter({ hasText: String(4 - epoch) }).first().waitFor();
        await list.locator("tbody tr").filter({ hasText: `train ${epoch} of 3` }).waitFor();
        if (epoch === 0) {
          await page.click("#live summary");
          await page.focus(".plot");
        }
      }
      assertEquals(await page.locator("#figure-loss .curve circle").count() >= 3, true);
      assertEquals(await page.locator("#live details").evaluate((one) => (one as HTMLDetailsElement).open), true);
      assertEquals(await page.locator(".plot").evaluate((one) => one === document.activeElement), true);
      run.begin("validate");
      run.validate(0, 0.125);
      await page.locator("#live dd").filter({ hasText: "12.50 %" }).waitFor();
      assertEquals(await accessibilityFaults(page), []);

      writeRun(results, NAME, { accuracy: 0.875 });
      run.close();
      await page.locator("h1").filter({ hasText: "report of the run" }).waitFor();
      await list.locator("#news").filter({ hasText: "There are new results." }).waitFor();
    });
  });
}, SERVER_GONE);

browserTest("the ui's pages go on by themselves when the server was away", async (open) => {
  await withFolder(async (folder) => {
    const results = join(folder, "results");
    const run = runAtWork(join(results, "one"), new Store(join(folder, "cache")));
    run.begin("train");
    run.train(0, 3);
    const { page, port } = await served(atWork(results), async (url, port) => {
      const page = await open(`${url}/run?name=one`);
      await page.locator("#live").filter({ hasText: "train, epoch 0 of 3" }).waitFor();
      return { page, port };
    });
    await page.locator("#connection").filter({ hasText: "The connection is lost; trying again." }).waitFor();
    run.train(1, 2);
    await served(atWork(results), async () => {
      await page.locator("#live").filter({ hasText: "train, epoch 1 of 3" }).waitFor();
      assertEquals(await page.textContent("#connection"), "");
    }, port);
    run.close();
  });
}, SERVER_GONE);

browserTest("the ui has no serious accessibility fault, nor scrolls sideways", async (open) => {
  await withFolder(async (results) => {
    writeRun(results, "slow", { lr: 0.01 });
    writeRun(results, "fast@train.optimizer.lr=1,train.epochs=1", { lr: 1 });
    await served(shownOf(results), async (url) => {
      for (const [name, look] of Object.entries(LOOKS)) {
        for (
          const path of ["/", "/compare?run=slow&run=fast%40train.optimizer.lr%3D1,train.epochs%3D1"]
        ) {
          const page = await open(url + path, look);
          assertEquals(await accessibilityFaults(page), [], `${name} ${path}`);
          const [width, room] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]") as number[];
          assertEquals(width, room, `${name} ${path}`);
        }
      }
    });
  });
}, SERVER_GONE);
