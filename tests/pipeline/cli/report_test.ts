import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { withFolder } from "../sources/scratch.ts";
import { mustBeDone, retrace } from "./retrace.ts";

/** A run's results, as far as the page of several reads them. */
function writeRun(results: string, name: string, seed: number, lr: number, accuracy: number): void {
  const folder = join(results, name);
  Deno.mkdirSync(folder, { recursive: true });
  const pipeline = {
    batch: { size: 64, seed },
    train: { model: ["linear(784,10)", "softmax"], optimizer: { lr }, seed },
  };
  Deno.writeTextFileSync(join(folder, "experiment.json"), JSON.stringify({ name, seed, pipeline }));
  Deno.writeTextFileSync(
    join(folder, "metrics.json"),
    JSON.stringify({ accuracy, correct: accuracy * 1000, loss_per_image: 1 }),
  );
  const history = `epoch,test_accuracy,test_loss_per_image,train_clamped\n0,0.1,2.3,\n1,${accuracy},1,0\n`;
  Deno.writeTextFileSync(join(folder, "history.csv"), history);
}

Deno.test("report puts runs on one page: params that differ, figures, tests over seeds, curves", async () => {
  await withFolder(async (results) => {
    for (const seed of [0, 1, 2]) {
      writeRun(results, seed === 0 ? "slow" : `slow@seed=${seed}`, seed, 0.01, 0.9 + seed / 100);
      writeRun(results, seed === 0 ? "fast" : `fast@seed=${seed}`, seed, 0.1, 0.95 + seed / 100 + seed * seed / 1000);
    }
    const out = join(results, "page.html");
    const outcome = await retrace("report", join(results, "*"), "--results", results, "--out", out);
    mustBeDone(outcome);
    assertEquals(outcome.stdout, `${out}  6 runs\n`);
    const page = Deno.readTextFileSync(out);
    assertStringIncludes(page, "<h1>fast · slow</h1>");
    assertStringIncludes(page, '<th scope="col" class="text">lr</th>');
    assert(!page.includes(">size</th>"), "a param that is the same is shown");
    assertStringIncludes(page, "accuracy against fast");
    assertStringIncludes(page, 'class="figure best"');
    assertEquals([...page.matchAll(/class="band"/g)].length > 0, true);
    assertStringIncludes(page, "connect-src &#39;none&#39;");

    const again = await retrace("report", join(results, "*"), "--results", results);
    assertEquals(again.stdout, `${join(results, "comparison.html")}  6 runs\n`);
    assertEquals(Deno.readTextFileSync(join(results, "comparison.html")), page);
  });
});

Deno.test("report shows hostile names and values, and does not run them", async () => {
  await withFolder(async (results) => {
    const name = '<script>alert(1)<|script>"onload=x';
    writeRun(results, name, 0, 0.01, 0.9);
    writeRun(results, "other", 0, 0.1, 0.8);
    const out = join(results, "page.html");
    mustBeDone(await retrace("report", name, "other", "--results", results, "--out", out));
    const page = Deno.readTextFileSync(out);
    assert(!page.includes("<script>alert"));
    assertStringIncludes(page, "&#60;script&#62;alert(1)&#60;|script&#62;&#34;onload=x");
  });
});

Deno.test("report prints where a single run's page is, copies it with --out, and reports errors", async () => {
  await withFolder(async (results) => {
    writeRun(results, "one", 0, 0.01, 0.9);
    const none = await retrace("report", "one", "--results", results);
    assertEquals({ code: none.code, stdout: none.stdout }, { code: 1, stdout: "" });
    assertStringIncludes(none.stderr, "one has no page");
    const path = join(results, "one", "report.html");
    Deno.writeTextFileSync(path, "the page");
    assertEquals((await retrace("report", "one", "--results", results)).stdout, `${path}\n`);
    const out = join(results, "copy.html");
    mustBeDone(await retrace("report", "one", "--results", results, "--out", out));
    assertEquals(Deno.readTextFileSync(out), "the page");

    assertEquals((await retrace("report", "--results", results)).code, 2);
    assertStringIncludes(
      (await retrace("report", "gone", "--results", results)).stderr,
      "There are no results of gone",
    );
    const precious = join(results, "experiment.json");
    Deno.writeTextFileSync(precious, "mine");
    const refused = await retrace("report", "one", "--results", results, "--out", precious);
    assertEquals([refused.code, Deno.readTextFileSync(precious)], [2, "mine"]);
    assertStringIncludes(refused.stderr, "Only files whose names end in .html are replaced.");
    const blocked = await retrace("report", "one", "--results", results, "--out", join(path, "x.html"));
    assertStringIncludes(blocked.stderr, "Cannot write the page to");
  });
});
