/** Evaluating a checkpoint on the 10,000 test images. */
import { classifier } from "../../pipeline/classifier/pipeline.ts";
import { makeEvaluator } from "../../pipeline/classifier/stages/evaluator.ts";
import { inMemory, mnist, trainerOf } from "../job_trainer.ts";
import { JOBS } from "../jobs.ts";
import { repeated, scaled } from "../measure.ts";
import { atMost, type Section } from "./row.ts";

const BATCH = 64;

export const evaluationSection: Section = {
  name: "evaluation",
  about: "evaluating a two-layer checkpoint on the 10,000 test images",
  byDefault: true,
  measure({ runs, backend }) {
    const untrained = { epoch: 0, train_loss: null, train_accuracy: null, train_clamped: null };
    const outputs = trainerOf(JOBS[0]).outputs(untrained);
    const checkpoint = inMemory(outputs.checkpoint as Uint8Array<ArrayBuffer>);
    const evaluator = makeEvaluator(mnist("test"), "test", checkpoint, BATCH, classifier, backend);
    const spread = repeated(() => void evaluator.evaluate(checkpoint, 0), { runs: 4 * runs, warmups: 2 });
    return [{ what: "evaluation of 10,000 test images", spread: scaled(spread, 1000), unit: "ms", target: atMost(5) }];
  },
};
