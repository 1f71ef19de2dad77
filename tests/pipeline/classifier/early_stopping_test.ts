/** Early stopping: after which epochs training ends, and that it does. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Evaluation } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { earlyStopping, endsAfter } from "../../../pipeline/classifier/stages/early_stopping.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { summaryOf } from "../../../pipeline/pages/run_summary.ts";
import { runTitle } from "../../../pipeline/results/run_title.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { finishRun } from "../results/finished_run.ts";

/** The epoch after which training ends; null if all are trained. */
function endOf(values: (number | null)[], params: Record<string, unknown>): number | null {
  const rule = earlyStopping.parse(params);
  const evaluations = values.map((value) => ({ [rule.figure]: value }) as unknown as Evaluation);
  const end = evaluations.findIndex((_, epoch) => endsAfter(evaluations.slice(0, epoch + 1), rule));
  return end < 0 ? null : end;
}

Deno.test("training ends after as many epochs without a better value as the patience says", () => {
  const losses = [9, 5, 6, 4, 4, 4.5, 4, 3, 3.5];
  assertEquals([1, 2, 3, 4, 5].map((patience) => endOf(losses, { patience })), [2, 5, 6, null, null]);
  const accuracies = [0.1, 0.5, 0.5, 0.6, 0.4, 0.5];
  assertEquals(endOf(accuracies, { patience: 1, figure: "accuracy" }), 2);
  assertEquals(endOf(accuracies, { patience: 2, figure: "accuracy" }), 5);
});

Deno.test("a value that is better by no more than min_delta is no better", () => {
  const losses = [8, 4, 3.5, 3, 2.5, 2];
  assertEquals(endOf(losses, { patience: 2 }), null);
  assertEquals(endOf(losses, { patience: 2, min_delta: 0.5 }), null);
  assertEquals(endOf(losses, { patience: 2, min_delta: 1 }), 3);
  assertEquals(endOf([0.5, 0.6, 0.65], { patience: 1, figure: "accuracy", min_delta: 0.08 }), 2);
});

Deno.test("an infinite loss, which an evaluation has as null, is never better", () => {
  assertEquals([1, 2].map((patience) => endOf([null, null, 5, null], { patience })), [1, null]);
});

const SETS = ["split.validation=56", "train.epochs=12", "train.optimizer.lr=0.9"];
const stopping = (patience: number) => [...SETS, `validate.early_stopping.patience=${patience}`];

/** What a run did with its folds: hit, run or continue. */
const actionsOf = ({ run: { stages } }: Awaited<ReturnType<typeof finishRun>>) =>
  stages.filter(({ record }) => record.each !== undefined).map(({ action }) => action);

Deno.test("a run ends where its validation loss says, with the bytes of a longer one, and a longer patience goes on from there", async () => {
  using small = makeSmallDataset();
  const whole = await finishRun(small.config, small.path("whole"), SETS);
  const losses = whole.run.figures["validation.loss"] as number[];
  const [early, later] = [1, 2].map((patience) => endOf(losses, { patience })!);
  assert(early < later && later < 12, `${losses}`);

  const first = await finishRun(small.config, small.path("cache"), stopping(1));
  assertEquals([first.run.epochs, actionsOf(first)], [early, ["run", "run"]]);
  const second = await finishRun(small.config, small.path("cache"), stopping(2));
  assertEquals([second.run.epochs, actionsOf(second)], [later, ["continue", "continue"]]);
  assertEquals(second.run.stages.at(-1)!.steps!.first, early + 1);
  assertEquals(actionsOf(await finishRun(small.config, small.path("cache"), stopping(2))), ["hit", "hit"]);
  for (const { run } of [first, second]) {
    for (const output of ["checkpoint", "metrics"]) {
      const digests = (of: typeof run) => of.stages.at(-2)!.record.each![output].slice(0, run.epochs + 1);
      assertEquals(digests(run), digests(whole.run));
    }
    assertEquals(run.figures["validation.loss"], losses.slice(0, run.epochs + 1));
    // The test set is evaluated on the last epoch's weights.
    const straight = await finishRun(small.config, small.path("whole"), [...SETS, `train.epochs=${run.epochs}`]);
    assertEquals(run.figures.accuracy, straight.run.figures.accuracy);
    assertEquals(run.columns.map(({ name }) => name), [
      ...["train_loss", "validation_accuracy", "validation_correct", "validation_loss", "validation_loss_per_image"],
      ...["train_accuracy", "train_clamped", "validation_classes_predicted"],
    ]);
  }
  // A training of stored epochs alone is recorded, too, so that the run can be known.
  const ended = await finishRun(small.config, small.path("whole"), stopping(1));
  assertEquals(actionsOf(ended)[0], "hit");
  const { stages: [, , , , , train] } = ended.run;
  assertEquals([train.stage, typeof train.record.made], ["train", "string"]);
  const { remarks, figures } = summaryOf(classifier.figures, second.run);
  assertStringIncludes(
    remarks.map(({ text }) => text).join(),
    `ended after epoch ${later} of 12: 2 epochs without a better validation loss`,
  );
  assert(figures.some(({ title }) => title === "best validation accuracy"));
  assertStringIncludes(runTitle(classifier, second.run.experiment), " · at most 12 epochs · ");
  assertStringIncludes(runTitle(classifier, whole.run.experiment), " · 12 epochs · ");
});
