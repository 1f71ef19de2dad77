/** What a run says about PyTorch's bits: only where PyTorch has trained the same, and only what is so. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pytorchRemark, type Trained, trainedIn } from "../../../pipeline/classifier/figures/pytorch_bits.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import type { FinishedRun } from "../../../pipeline/define/figure.ts";
import { reportPage } from "../../../pipeline/pages/report_page.ts";
import { carriedModel } from "../../../pipeline/results/carried_model.ts";
import { bitsOf } from "../../../pipeline/results/pytorch.ts";
import { summaryRows } from "../../../pipeline/results/summary_rows.ts";
import { writtenRun } from "../results/written_run.ts";

/** PyTorch's weights of a run, as if they had been computed: in all epochs but one those of the run. */
function pytorchOf(run: FinishedRun, wrong: number | null = null): Trained {
  const epochs = bitsOf(run).map(({ weights }, epoch) => ({ weights: epoch === wrong ? "0".repeat(64) : weights }));
  return { experiment: run.experiment, pytorch: { version: "1.13.1", epochs } };
}

function changed({ experiment, ...rest }: Trained, stage: string, params: Record<string, unknown>): Trained {
  const pipeline = { ...experiment.pipeline, [stage]: { ...experiment.pipeline[stage], ...params } };
  return { ...rest, experiment: { ...experiment, pipeline } };
}

Deno.test("a run with PyTorch's weights says so, with the number of epochs that were compared", async () => {
  using written = await writtenRun();
  const { run } = written.run;
  const pytorch = pytorchOf(run);
  const same = "same bits as PyTorch 1.13.1 after ";
  const textOf = (one: Trained) => pytorchRemark(run, [one])?.text;
  assertEquals(textOf(pytorch), `${same}each of 2 epochs`);
  assertEquals(pytorchRemark(run, [pytorch])?.isGood, true);
  const { version, epochs } = pytorch.pytorch!;
  assertEquals(textOf({ ...pytorch, pytorch: { version, epochs: epochs.slice(0, 2) } }), `${same}epoch 1`);
  // PyTorch may have trained longer, on files from elsewhere, and been evaluated otherwise.
  assertEquals(textOf(changed(pytorch, "train", { epochs: 9 })), `${same}each of 2 epochs`);
  assertEquals(textOf(changed(pytorch, "download", { source: { from: "npm" } })), `${same}each of 2 epochs`);
  assertEquals(textOf(changed(pytorch, "validate", { batch_size: 7 })), `${same}each of 2 epochs`);
});

Deno.test("a run of another experiment says nothing about PyTorch", async () => {
  using written = await writtenRun();
  const { run } = written.run;
  const pytorch = pytorchOf(run);
  const others = [
    changed(pytorch, "train", { seed: 1 }),
    changed(pytorch, "train", { optimizer: { name: "sgd", lr: 0.2 } }),
    changed(pytorch, "batch", { seed: 1 }),
    changed(pytorch, "normalize", { mean: 0 }),
    changed(pytorch, "download", { dataset: "another" }),
    { experiment: pytorch.experiment },
  ];
  assertEquals(others.map((one) => pytorchRemark(run, [one])), others.map(() => null));
  assertEquals(pytorchRemark(run), null);
  assertEquals(pytorchRemark({ ...run, epochs: 0 }, [pytorch]), null);
  for (const few of [0, 1]) {
    const started = { version: "1.13.1", epochs: pytorch.pytorch!.epochs.slice(0, few) };
    assertEquals(pytorchRemark(run, [{ ...pytorch, pytorch: started }]), null);
  }
});

Deno.test("digests that are missing, or damaged, are left out", () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-trained-" });
  try {
    const path = join(folder, "expected.json");
    const inFile = (text: string) => {
      Deno.writeTextFileSync(path, text);
      return trainedIn(pathToFileURL(path));
    };
    assertEquals(trainedIn(pathToFileURL(path)), []);
    const [experiment, epochs] = [{ pipeline: { train: {} } }, [{ weights: "0" }]];
    const good = [{ experiment }, { experiment, pytorch: { version: "1.13.1", epochs } }];
    const bad = [
      ...[null, 1, {}, { experiment: null }, { experiment: {} }, { experiment: { pipeline: [] } }],
      ...[null, {}, { version: 1, epochs }, { version: "1", epochs: {} }, { version: "1", epochs: [{}] }]
        .map((pytorch) => ({ experiment, pytorch })),
    ];
    const text = JSON.stringify({ experiments: { ...good } });
    for (const damaged of ["", "{", "[]", "null", "{}", '{"experiments":null}', text.slice(0, -1)]) {
      assertEquals(inFile(damaged), [], damaged);
    }
    assertEquals(inFile(text), good);
    assertEquals(inFile(JSON.stringify({ experiments: { ...[...bad, ...good] } })), good);
    const shipped = trainedIn(new URL("../../../experiments/expected.json", import.meta.url));
    assertEquals(shipped.filter(({ pytorch }) => pytorch !== undefined).length, 9);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a remark is made once, for the page and the table at the end", async () => {
  using written = await writtenRun();
  const run = { ...written.run.run };
  let made = 0;
  const count = () => (made++, { text: "counted" });
  const figures = classifier.figures.map((one) => one.name === "parameters" ? { ...one, remark: count } : one);
  const rows = () => summaryRows({ ...classifier, figures }, run).filter(({ text }) => text === "counted");
  const page = () => reportPage(run, { title: "", figures, charts: [], files: {}, model: carriedModel(run) });
  assertStringIncludes(new TextDecoder().decode(page()), "Counted");
  assertEquals([rows().length, rows().length, made], [1, 1, 1]);
});

Deno.test("the end of a run and report.html say it, or from which epoch on it is not so", async () => {
  using written = await writtenRun();
  const { run } = written.run;
  for (
    const [wrong, text, kind] of [
      [null, "same bits as PyTorch 1.13.1 after each of 2 epochs", "confirmed"],
      [2, "not the bits of PyTorch 1.13.1 from epoch 2 on", "remark"],
    ] as const
  ) {
    const pytorch = pytorchOf(run, wrong);
    const figures = classifier.figures.map((one) =>
      one.name === "parameters" ? { ...one, remark: (run: FinishedRun) => pytorchRemark(run, [pytorch]) } : one
    );
    const rows = summaryRows({ ...classifier, figures }, run).filter((row) => row.text.includes("PyTorch"));
    assertEquals(rows, [{ kind, name: "note", text }]);
    const parts = { title: "", figures, charts: [], files: {}, model: carriedModel(run) };
    const page = new TextDecoder().decode(reportPage(run, parts));
    const block = kind === "confirmed" ? '<div class="confirmed" role="note">' : "<h2>What stands out</h2>";
    assert(page.includes(`${block}<p>${text[0].toUpperCase()}${text.slice(1)}. `), page.slice(0, 3000));
    assertStringIncludes(page, "deno task reproduce --pytorch");
  }
});
