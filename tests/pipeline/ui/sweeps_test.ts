import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { followSweep, followSweeps, sweepNews } from "../../../pipeline/ui/listed_sweeps.ts";
import { withFolder } from "../sources/scratch.ts";
import { madeSweep } from "../sweeps/fake_sweep.ts";
import { newsIn, served, shownOf, writeRun } from "./served.ts";

/** Writes what a sweep leaves while it goes on. */
function writeReport(results: string, name: string, report: unknown): void {
  Deno.mkdirSync(join(results, name), { recursive: true });
  Deno.writeTextFileSync(join(results, name, "sweep.json"), JSON.stringify(report));
}

Deno.test("the ui lists sweeps with their progress and their winner, and damaged ones with what is wrong", async () => {
  await withFolder(async (results) => {
    writeRun(results, "one");
    writeReport(results, "a.sweep", madeSweep());
    writeReport(results, "b.sweep", madeSweep({ at: 1 }));
    writeReport(results, "<i>.sweep", { name: "<b>" });
    const sweeps = followSweeps(results);
    const [damaged, finished, running] = sweeps();
    assertEquals(finished, {
      name: "a.sweep",
      status: "finished",
      note: "validation accuracy 97.10 ± 0.42 %",
      title: "halving over lr, momentum, model, size; validation accuracy, maximized; seeds 0, 1, 2; up to 27 epochs",
    });
    assertEquals([running.status, running.note], ["running", "in progress: rung 2 of 4, 5 of 9 trials"]);
    assertEquals(damaged.status, "damaged");
    await served(shownOf(results), async (url) => {
      const page = await (await fetch(url)).text();
      assertStringIncludes(page, '<a href="/run?name=b.sweep">b.sweep</a>');
      assertStringIncludes(page, "in progress: rung 2 of 4, 5 of 9 trials");
      assertStringIncludes(page, "&#60;i&#62;.sweep");
      assert(!page.includes("<i>") && !page.includes("<b>"));
      assertEquals(page.match(/name="run"/g)?.length, 1, "a sweep is not compared");
    });
    writeReport(results, "b.sweep", madeSweep({ at: 2 }));
    assertStringIncludes(sweepNews(sweeps())[2].state, "rung 3 of 4, 2 of 3 trials");
    Deno.removeSync(join(results, "b.sweep"), { recursive: true });
    assertEquals(sweeps().map(({ name }) => name), ["<i>.sweep", "a.sweep"]);
  });
});

Deno.test("trials of a sweep in progress are no new results of runs", async () => {
  await withFolder((results) => {
    writeRun(results, "one");
    writeReport(results, "a.sweep", madeSweep({ at: 0 }));
    const before = newsIn(results).finished;
    Deno.utimeSync(join(results, "a.sweep"), new Date(2100, 1), new Date(2100, 1));
    assertEquals(newsIn(results).finished, before);
    writeReport(results, "b.sweep", madeSweep());
    assert(newsIn(results).finished !== before, "but a new one is news");
    return Promise.resolve();
  });
});

Deno.test("a sweep has a page in the ui, which is told of every change; links lead to the ui's pages of runs", async () => {
  await withFolder(async (results) => {
    writeReport(results, "a.sweep", madeSweep({ at: 1 }));
    await served(shownOf(results), async (url) => {
      const page = await (await fetch(`${url}/run?name=a.sweep`)).text();
      assertStringIncludes(page, 'id="live" data-name="a.sweep"');
      assertStringIncludes(page, "rung 2 of 4, 5 of 9 trials");
      assertStringIncludes(page, 'id="figure-parallel"');
      const events = await fetch(`${url}/events?name=a.sweep`);
      const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
      const until = async (text: string) => {
        for (let seen = ""; !seen.includes(text);) seen += (await reader.read()).value ?? text;
      };
      await until("rung 2 of 4, 5 of 9 trials");
      writeReport(results, "a.sweep", madeSweep());
      await until("/run?name=two-layer%40lr%3D");
      await reader.cancel();
      for (const name of ["none.sweep", "../a.sweep", ".a.sweep"]) {
        const missing = await fetch(`${url}/run?name=${encodeURIComponent(name)}`);
        assertEquals([name, missing.status, await missing.text()], [name, 404, "Not found.\n"]);
      }
    });
  });
});

Deno.test("the state of a sweep is read again only if its report has changed", async () => {
  await withFolder((results) => {
    writeReport(results, "a.sweep", madeSweep({ at: 1 }));
    const state = followSweep(results, "a.sweep");
    const first = state();
    assertEquals(state() === first, true);
    writeReport(results, "a.sweep", { trials: "none" });
    assertEquals(state().status, "damaged");
    assertStringIncludes(state().content.text, "is damaged: name: ");
    return Promise.resolve();
  });
});
