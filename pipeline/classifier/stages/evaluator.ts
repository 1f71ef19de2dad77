/** Evaluates checkpoints on the test set, or on the validation rows. */
import { compile } from "../../../core/autograd/program.ts";
import { Recording } from "../../../core/autograd/recording.ts";
import { DivergedError } from "../../../core/errors.ts";
import { modelSizes } from "../../../core/layers/model_shapes.ts";
import { recordLoss } from "../../../core/losses/loss.ts";
import { argmaxOf, classMetrics, meanBatchAccuracy } from "../../../core/model/metrics.ts";
import { forward } from "../../../core/model/model.ts";
import type { Backend } from "../../../core/tensor/backend.ts";
import { chosenBackend } from "../../../core/tensor/chosen_backend.ts";
import { fromArray, type Tensor, tensor, viewOf } from "../../../core/tensor/tensor.ts";
import type { Library } from "../../define/library.ts";
import type { Artifact } from "../../engine/stage/artifact.ts";
import { modelOf, restore } from "../kinds/checkpoint.ts";
import { cellsOf, confusionOf } from "../kinds/confusion_matrix.ts";
import type { Dataset, SetName } from "../kinds/dataset_kind.ts";
import type { Evaluation } from "../kinds/json_kinds.ts";
import { checkFit } from "../kinds/model_fit.ts";
import { loadRows } from "./rows.ts";
import { lossOf } from "./chosen_loss.ts";

/** Evaluates checkpoints of one model on one set of rows. */
interface Evaluator {
  /** @throws DivergedError if the loss is NaN: the parameters are too large to compute with. */
  evaluate(checkpoint: Artifact, epoch: number): Evaluation;
  /** The same, with the probabilities for all rows, `[N, C]`. */
  predict(checkpoint: Artifact, epoch: number): { evaluation: Evaluation; shape: number[]; data: Float32Array };
}

/** Rows of a forward pass, if batches are not larger: their images fit into a cache, and threads can share the work. */
const PASS_ROWS = 256;

/** A batch of a forward pass, whose results are views of the pass's. */
interface Batch {
  /** Its first row, counted from the pass's. */
  first: number;
  labels: Tensor<"uint8">;
  probabilities: Tensor;
  /** Computes the loss. */
  loss(): number;
}

/** A forward pass for several batches, as every row is computed by itself. */
interface Pass {
  x: Tensor;
  labels: Tensor<"uint8">;
  probabilities: Tensor;
  /** Computes the probabilities. */
  run(): void;
  batches: Batch[];
}

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
  const passRows = Math.min(Math.max(1, Math.floor(PASS_ROWS / batchSize)) * batchSize, data.count);
  const lastRows = data.count % passRows;
  const order = fromArray(Array.from({ length: data.count }, (_, row) => row), [data.count], "int32");
  const fullPass = makePass(passRows);
  const lastPass = lastRows === 0 ? fullPass : makePass(lastRows);

  function makePass(rows: number): Pass {
    const recording = new Recording();
    const x = backend.tensor([rows, sizes.inFeatures]);
    const labels = tensor([rows], "uint8");
    const probabilities = forward(model, recording, recording.input(x), "evaluate");
    const program = compile(recording, backend, { keep: [probabilities], loss: null });
    const firsts = Array.from({ length: Math.ceil(rows / batchSize) }, (_, batch) => batch * batchSize);
    const made = firsts.map((first) =>
      makeBatch(probabilities.value, labels, first, Math.min(batchSize, rows - first))
    );
    return { x, labels, probabilities: probabilities.value, run: () => program.run(), batches: made };
  }

  function makeBatch(all: Tensor, allLabels: Tensor<"uint8">, first: number, rows: number): Batch {
    const recording = new Recording();
    const probabilities = backend.part(all, first * sizes.classes, [rows, sizes.classes]);
    const labels = viewOf(allLabels, first, [rows], "uint8");
    const node = recordLoss(loss, recording, recording.input(probabilities), labels);
    const program = compile(recording, backend, { keep: [node], loss: null });
    const run = () => {
      program.run();
      return node.value.data[0];
    };
    return { first, labels, probabilities, loss: run };
  }

  function forEachPass(checkpoint: Artifact, visit: (pass: Pass, firstRow: number) => void): void {
    restore(checkpoint, model.parameters);
    for (let row = 0; row < data.count; row += passRows) {
      const pass = data.count - row < passRows ? lastPass : fullPass;
      data.gather(pass.x, pass.labels, order, row);
      pass.run();
      visit(pass, row);
    }
  }

  function evaluate(checkpoint: Artifact, epoch: number, probabilities?: Float32Array): Evaluation {
    const [truth, predicted] = [new Uint8Array(data.count), new Uint32Array(data.count)];
    const [batchCorrect, batchSizes]: [number[], number[]] = [[], []];
    let [lossSum, total] = [0, 0];
    forEachPass(checkpoint, (pass, row) => {
      truth.set(pass.labels.data, row);
      probabilities?.set(pass.probabilities.data, row * sizes.classes);
      for (const batch of pass.batches) {
        const batchLoss = batch.loss();
        if (Number.isNaN(batchLoss)) throw diverged(epoch, set);
        lossSum += batchLoss;
        total += reduction === "sum" ? batchLoss : batchLoss * batch.labels.size;
        batchSizes.push(batch.labels.size);
        batchCorrect.push(predictInto(predicted, batch, row + batch.first));
      }
    });
    const correct = batchCorrect.reduce((sum, count) => sum + count, 0);
    const confusion = confusionOf(sizes.classes, truth, predicted);
    return {
      epoch,
      ...(set === "validation" ? { set } : {}),
      accuracy: correct / data.count,
      correct,
      total: data.count,
      mean_batch_accuracy: meanBatchAccuracy(batchCorrect, batchSizes),
      loss: finiteOrNull(lossSum / batches),
      loss_per_image: finiteOrNull(total / data.count),
      classes: classMetrics(sizes.classes, cellsOf(confusion)),
      confusion,
    };
  }

  return {
    evaluate: (checkpoint, epoch) => evaluate(checkpoint, epoch),
    predict(checkpoint, epoch) {
      const shape = [data.count, sizes.classes];
      const probabilities = new Float32Array(data.count * sizes.classes);
      return { evaluation: evaluate(checkpoint, epoch, probabilities), shape, data: probabilities };
    },
  };
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

/** Fills in the predicted classes of a batch that begins at `first`, and returns the number of correct ones. */
function predictInto(predicted: Uint32Array, { probabilities, labels }: Batch, first: number): number {
  const classes = probabilities.shape[1];
  let correct = 0;
  for (let row = 0; row < labels.size; row++) {
    predicted[first + row] = argmaxOf(probabilities.data, row * classes, classes);
    if (predicted[first + row] === labels.data[row]) correct++;
  }
  return correct;
}
