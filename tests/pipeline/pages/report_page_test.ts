import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { FinishedRun } from "../../../pipeline/define/figure.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { encodeNpy } from "../../../pipeline/formats/npy.ts";
import { carriedModel } from "../../../pipeline/results/carried_model.ts";
import { reportPage } from "../../../pipeline/pages/report_page.ts";
import { hashForPolicy } from "../../../pipeline/pages/shell.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { finishRun } from "../results/finished_run.ts";
import { readJson, writtenRun } from "../results/written_run.ts";

/** The text between two marks. */
function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  assert(from >= 0, `there is no ${start}`);
  return text.slice(from + start.length, text.indexOf(end, from + start.length));
}

Deno.test("report.html holds the run's figures, params, keys and digests", async () => {
  using written = await writtenRun();
  const page = Deno.readTextFileSync(written.path("report.html"));
  const metrics = readJson<{ accuracy: number; confusion: number[][] }>(written.path("metrics.json"));
  assertStringIncludes(page, "<h1>small</h1>");
  assertStringIncludes(page, `<b>${(metrics.accuracy * 100).toFixed(2)} %</b>`);
  for (const count of metrics.confusion.flat()) assertMatch(page, new RegExp(`<td class="s\\d+[a-z ]*">${count}</td>`));
  const { stages } = readJson<{ stages: { key: string; code: string }[] }>(written.path("manifest.json"));
  for (const { key, code } of stages) [key, code].forEach((digest) => assertStringIncludes(page, digest));
  for (
    const name of [
      "metrics.json",
      "history.csv",
      "predictions.csv",
      "weights.safetensors",
      "normalize.npy",
      "input.json",
    ]
  ) {
    assertStringIncludes(page, digestOfBytes(Deno.readFileSync(written.path(name))));
  }
  // They are there to hover; tables show their starts.
  assertEquals(page.match(/<t[dh][^>]*>[^<]*[0-9a-f]{64}/), null);
  assertStringIncludes(page, `title="${stages[0].key}">${stages[0].key.slice(0, 10)}…</td>`);
  assertStringIncludes(page, "deno task run results/small/experiment.json");
  const [epoch, trainLoss] = Deno.readTextFileSync(written.path("history.csv")).trimEnd().split("\n").at(-1)!.split(
    ",",
  );
  assertMatch(
    page,
    new RegExp(`<th scope="row">${epoch}</th><td>[\\d.]+</td><td>${Number(Number(trainLoss).toPrecision(4))}</td>`),
  );
});

Deno.test("report.html allows its own code and style by their digests, and no network", async () => {
  using written = await writtenRun();
  const page = Deno.readTextFileSync(written.path("report.html"));
  const policy = between(page, 'http-equiv="Content-Security-Policy" content="', '"').replaceAll("&#39;", "'");
  const script = between(page, '<script type="module">', "</script>");
  const style = between(page, "<style>", "</style>");
  assertEquals(policy.split("; "), [
    "default-src 'none'",
    `script-src 'sha256-${hashForPolicy(script)}' 'wasm-unsafe-eval'`,
    `style-src 'sha256-${hashForPolicy(style)}'`,
    "connect-src 'none'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  // Nothing in the text refers to anything outside.
  const text = page.replace(script, "").replace(style, "");
  const references = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
  assertEquals(references.filter((reference) => !/^(#|data:)/.test(reference)), []);
});

Deno.test("report.html is the same bytes when it is written anew, and in another cache", async () => {
  using written = await writtenRun();
  const before = Deno.readFileSync(written.path("report.html"));
  Deno.removeSync(written.path("report.html"));
  assertEquals(await written.run.writeTo(written.folder), "written");
  assertEquals(Deno.readFileSync(written.path("report.html")), before);
  const other = await finishRun(written.config, `${written.folder}-cache`);
  await other.writeTo(`${written.folder}-other`);
  assertEquals(Deno.readFileSync(`${written.folder}-other/report.html`), before);
});

Deno.test("report.html shows a hostile name, and does not run it", async () => {
  using written = await writtenRun();
  const name = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
  const page = new TextDecoder().decode(
    reportPage({ ...written.run.run, name }, {
      title: "a title",
      figures: [],
      charts: [],
      files: {},
      model: { missing: "" },
    }),
  );
  assertEquals(page.includes("<script>alert"), false);
  assertEquals(page.includes("<img"), false);
  assertStringIncludes(page, "&#60;script&#62;alert(1)&#60;/script&#62;");
});

Deno.test("report.html stays below 1.5 MB: weights that are too many are left out, and it says so", async () => {
  using small = makeSmallDataset({
    test: 3000,
    epochs: 0,
    model: ["linear(784,300)", "relu", "linear(300,10)", "softmax"],
  });
  const finished = await finishRun(small.config, small.path("cache"));
  const model = carriedModel(finished.run)!;
  assert("missing" in model);
  assertStringIncludes(model.missing, "deno task predict small PICTURE.png");
  await finished.writeTo(small.path("results"));
  const page = Deno.readFileSync(small.path("results/report.html"));
  assert(page.length < 1_500_000, String(page.length));
  assertStringIncludes(new TextDecoder().decode(page), "too many for a page. Use the command line instead");
});

Deno.test("carriedModel() says that nothing can be drawn for a model that does not take images of bytes", async () => {
  using written = await writtenRun();
  const { run } = written.run;
  assertEquals("weights" in carriedModel(run)!, true);
  const numbers = encodeNpy("f4", [0], new Float32Array(0));
  const others: FinishedRun[] = [
    { ...run, has: (name) => name !== "table" },
    {
      ...run,
      artifact: (name) => name === "table" ? { ...run.artifact(name), bytes: () => numbers } : run.artifact(name),
    },
  ];
  for (const other of others) assertMatch(JSON.stringify(carriedModel(other)), /images of 28 × 28 bytes only/);
});

Deno.test("report.html has a pad to draw digits on only for runs on MNIST, and checks the accuracy of all on 28 × 28 bytes", async () => {
  using written = await writtenRun();
  const { run } = written.run;
  for (const [dataset, isDrawn] of [["mnist", true], ["mnist-small", true], ["fashion-mnist", false]] as const) {
    const { pipeline } = run.experiment;
    const experiment = { ...run.experiment, pipeline: { ...pipeline, download: { ...pipeline.download, dataset } } };
    const other = { ...run, experiment };
    const model = carriedModel(other)!;
    assertEquals(model.isDrawn, isDrawn);
    const page = new TextDecoder().decode(reportPage(other, { title: "", figures: [], charts: [], files: {}, model }));
    assertEquals([page.includes('id="pad"'), page.includes("Draw a digit")], [isDrawn, isDrawn]);
    assertStringIncludes(page, 'id="drop"');
  }
});

Deno.test("report.html explains a stall where there is one", async () => {
  using small = makeSmallDataset({ model: ["linear(784,10)", "softmax"] });
  const sets = ["train.optimizer.lr=50", "train.loss.reduction=sum"];
  const stalled = await finishRun(small.config, small.path("cache"), sets);
  await stalled.writeTo(small.path("results"));
  const page = Deno.readTextFileSync(small.path("results/report.html"));
  assertMatch(
    page,
    /<p>\d+\.\d % of the training samples have no gradient\. The loss clamps probabilities at 1e-10 and/,
  );
});
