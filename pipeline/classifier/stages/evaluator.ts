/** Evaluates checkpoints on the test set, or on the validation rows. */
import { compile } from "../../../core/autograd/program.ts";
import { Recording } from "../../../core/autograd/recording.ts";
import { DivergedError } from "../../../core/errors.ts";
import { modelSizes } from "../../../core/layers/model_layers.ts";
import { labelsFor } from "../../../core/losses/batch_labels.ts";
import { type Labels, recordLoss, takesTargets } from "../../../core/losses/loss.ts";
import { type RegressionMetrics, regressionMetrics } from "../../../core/model/regression_metrics.ts";
import { forward, tensorsOf } from "../../../core/model/model.ts";
import { recordProbabilities } from "../../../core/model/probabilities.ts";
import type { Backend } from "../../../core/tensor/backend.ts";
import { chosenBackend } from "../../../core/tensor/chosen_backend.ts";
import { fromArray, type Tensor, viewOf } from "../../../core/tensor/tensor.ts";
import type { Library } from "../../define/library.ts";
import type { Artifact } from "../../engine/stage/kind.ts";
import { modelOf, restore } from "../kinds/checkpoint.ts";
import type { Dataset, SetName } from "../kinds/dataset_kind.ts";
import type { AnyEvaluation } from "../kinds/json_kinds.ts";
import { checkFit } from "../kinds/model_fit.ts";
import { classTally } from "./class_tally.ts";
import { loadRows } from "./rows.ts";
import { lossOf } from "./chosen_loss.ts";

/** Evaluates checkpoints of one model on one set of rows. */
interface Evaluator {
  /** @throws DivergedError if the loss is NaN: the parameters are too large to compute with. */
  evaluate(checkpoint: Artifact, epoch: number): AnyEvaluation;
  /** The same, with the probabilities or the predicted numbers of all rows, `[N, C]`. */
  predict(checkpoint: Artifact, epoch: number): { evaluation: AnyEvaluation; shape: number[]; data: Float32Array };
}

/** Rows of a forward pass, if batches are not larger: their images fit into a cache, and threads can share the work. */
const PASS_ROWS = 256;

/** Reads a set of rows, and builds the model of the checkpoints, of which `first` is one. */
export function makeEvaluator(
  dataset: Dataset,
  set: Exclude<SetName, "train">,
  first: Artifact,
  batchSize: number,
  library: Library,
  backend: Backend = chosenBackend(),
): Evaluator {
  const data = loadRows(dataset, set, backend);
  const { model, loss: trainedLoss } = modelOf(first, library.layers, backend);
  const loss = lossOf(trainedLoss, library);
  const reduction = loss.definition.reduction(loss.params);
  const sizes = modelSizes(model.layers);
  checkFit(sizes, data, loss.definition);
  const batches = Math.ceil(data.count / batchSize);
  const isPerBatch = model.layers.some(({ definition }) => definition.perBatch);
  const passBatches = isPerBatch ? 1 : Math.max(1, Math.floor(PASS_ROWS / batchSize));
  const passRows = Math.min(passBatches * batchSize, data.count);
  const lastRows = data.count % passRows;
  const order = fromArray(Array.from({ length: data.count }, (_, row) => row), [data.count], "int32");
  const fullPass = makePass(passRows);
  const lastPass = lastRows === 0 ? fullPass : makePass(lastRows);

  /**
   * A forward pass for several batches, or for one if bits can depend on its size (`perBatch` of a layer): its `run` computes
   * the model's output, and what is predicted, probabilities `[B, C]` or numbers.
   */
  function makePass(rows: number) {
    const recording = new Recording();
    const x = backend.tensor([rows, sizes.inFeatures]);
    const labels = labelsFor(loss.definition, backend, rows, sizes.classes);
    const output = forward(model, recording, recording.input(x), "evaluate");
    const predicted = recordProbabilities(recording, output, loss.definition.takes);
    const program = compile(recording, backend, { keep: [output, predicted], loss: null });
    const firsts = Array.from({ length: Math.ceil(rows / batchSize) }, (_, batch) => batch * batchSize);
    const made = firsts.map((first) =>
      makeBatch([output.value, predicted.value], labels, first, Math.min(batchSize, rows - first))
    );
    return { x, labels, predicted: predicted.value, run: () => program.run(), batches: made };
  }

  /** A batch of a pass, from its row `first` on, whose results are views of the pass's; `loss` computes its loss. */
  function makeBatch(all: readonly Tensor[], allLabels: Labels, first: number, rows: number) {
    const recording = new Recording();
    const part = (whole: Tensor) => backend.part(whole, first * sizes.classes, [rows, sizes.classes]);
    const [output, predicted] = all.map(part);
    const labels = takesTargets(loss.definition)
      ? part(allLabels as Tensor)
      : viewOf(allLabels as Tensor<"uint8">, first, [rows], "uint8");
    const node = recordLoss(loss, recording, recording.input(output), labels);
    const program = compile(recording, backend, { keep: [node], loss: null });
    const run = () => {
      program.run();
      return node.value.data[0];
    };
    return { first, rows, labels, predicted, loss: run };
  }

  function forEachPass(
    checkpoint: Artifact,
    visit: (pass: ReturnType<typeof makePass>, firstRow: number) => void,
  ): void {
    restore(checkpoint, tensorsOf(model));
    for (let row = 0; row < data.count; row += passRows) {
      const pass = data.count - row < passRows ? lastPass : fullPass;
      data.gather(pass.x, pass.labels, order, row);
      pass.run();
      visit(pass, row);
    }
  }

  /** With `outputs` `[N, C]`, fills them in. */
  function evaluate(checkpoint: Artifact, epoch: number, outputs: Float32Array | null): AnyEvaluation {
    const hasTargets = takesTargets(loss.definition);
    const found = hasTargets ? outputs ?? new Float32Array(data.count * sizes.classes) : outputs;
    const targets = hasTargets ? new Float32Array(data.count * sizes.classes) : null;
    const tally = hasTargets ? null : classTally(data.count, sizes.classes);
    let [lossSum, total] = [0, 0];
    forEachPass(checkpoint, (pass, row) => {
      found?.set(pass.predicted.data, row * sizes.classes);
      targets?.set(pass.labels.data, row * sizes.classes);
      for (const { first, rows, labels, predicted, loss } of pass.batches) {
        const batchLoss = loss();
        if (Number.isNaN(batchLoss)) throw diverged(epoch, set);
        lossSum += batchLoss;
        total += reduction === "sum" ? batchLoss : batchLoss * rows;
        tally?.add(predicted, labels as Tensor<"uint8">, row + first);
      }
    });
    const losses = { loss: finiteOrNull(lossSum / batches), loss_per_image: finiteOrNull(total / data.count) };
    const common = { epoch, ...(set === "validation" ? { set } as const : {}) };
    if (tally === null) {
      return { ...common, total: data.count, ...losses, ...finite(regressionMetrics(found!, targets!, sizes.classes)) };
    }
    const { accuracy, correct, mean_batch_accuracy, ...classes } = tally.metrics();
    return { ...common, accuracy, correct, total: data.count, mean_batch_accuracy, ...losses, ...classes };
  }

  return {
    evaluate: (checkpoint, epoch) => evaluate(checkpoint, epoch, null),
    predict(checkpoint, epoch) {
      const outputs = new Float32Array(data.count * sizes.classes);
      const evaluation = evaluate(checkpoint, epoch, outputs);
      return { evaluation, shape: [data.count, sizes.classes], data: outputs };
    },
  };
}

/** JSON has no infinities: they are null. */
function finite({ mae, rmse, r2 }: RegressionMetrics): RegressionMetrics | Record<keyof RegressionMetrics, null> {
  return [mae, rmse, r2 ?? 0].every(Number.isFinite) ? { mae, rmse, r2 } : { mae: null, rmse: null, r2: null };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function diverged(epoch: number, set: SetName): DivergedError {
  if (epoch === 0) {
    return new DivergedError(
      `The loss of the untrained model on the ${set} set is NaN: the numbers of the images, or the initial weights, are too ` +
        "large to compute with. Normalize the images: leave out normalize.mean and std, or set larger ones.",
    );
  }
  return new DivergedError(
    `The loss on the ${set} set is NaN after epoch ${epoch}: the model's parameters have become too large to compute with. ` +
      "Lower train.optimizer.lr.",
  );
}
