/** Counts the classes that a model predicts, batch by batch. */
import { argmaxOf, classMetrics, meanBatchAccuracy } from "../../../core/model/metrics.ts";
import type { Tensor } from "../../../core/tensor/tensor.ts";
import { cellsOf, confusionOf } from "../kinds/confusion_matrix.ts";

/** A tally of `count` rows. */
export function classTally(count: number, classes: number) {
  const [truth, predicted] = [new Uint8Array(count), new Uint32Array(count)];
  const [correct, sizes]: [number[], number[]] = [[], []];
  return {
    /** Adds a batch that begins at row `first`: probabilities `[B, C]` and labels `[B]`. */
    add({ data }: Tensor, labels: Tensor<"uint8">, first: number): void {
      truth.set(labels.data, first);
      let right = 0;
      for (let row = 0; row < labels.size; row++) {
        predicted[first + row] = argmaxOf(data, row * classes, classes);
        if (predicted[first + row] === labels.data[row]) right++;
      }
      correct.push(right);
      sizes.push(labels.size);
    },
    /** The metrics of all rows. */
    metrics() {
      const all = correct.reduce((sum, one) => sum + one, 0);
      const confusion = confusionOf(classes, truth, predicted);
      return {
        accuracy: all / count,
        correct: all,
        mean_batch_accuracy: meanBatchAccuracy(correct, sizes),
        classes: classMetrics(classes, cellsOf(confusion)),
        confusion,
      };
    },
  };
}
