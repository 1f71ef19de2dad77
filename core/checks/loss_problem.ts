/** The check of a loss that is not Retrace's own, before its first use. */
import { type LossDefinition, recordLoss, takesTargets } from "../losses/loss.ts";
import { fromArray } from "../tensor/tensor.ts";
import { gradientProblem } from "./gradient_problem.ts";
import { confirmedProblem, outputOfRow, outputProblem, ROWS } from "./output_problem.ts";
import { drawn, inputOf, outputOf, type Subject } from "./subject.ts";

/** What is wrong with a loss of a model with this many outputs, in words; null if nothing is. */
export function lossProblem(loss: LossDefinition, params: Record<string, unknown>, outputs: number): string | null {
  const name = `loss ${loss.name}`;
  return confirmedProblem(name, (generator) => {
    const parts = drawn(generator, ROWS * outputs, 0.2, 1);
    const rows = Array.from({ length: ROWS }, (_, row) => parts.subarray(row * outputs, (row + 1) * outputs));
    if (loss.takes === "probabilities") {
      for (const row of rows) row.set(row.map((part, _, all) => part / all.reduce((sum, one) => sum + one)));
    }
    // Logarithms of probabilities are negative.
    if (loss.takes === "log-probabilities") { for (const row of rows) row.set(row.map((part) => part - 1.2)); }
    // Of a row: its class, or the numbers to predict.
    const width = takesTargets(loss) ? outputs : 1;
    const labels = takesTargets(loss)
      ? drawn(generator, ROWS * outputs, -1, 1)
      : drawn(generator, ROWS, 0, Math.min(outputs, 256)).map(Math.floor);
    const labelsOf = (labels: Float32Array) =>
      takesTargets(loss)
        ? fromArray(labels, [labels.length / width, width])
        : fromArray(labels, [labels.length], "uint8");
    const subjectOf = (labels: Float32Array): Subject => ({
      name,
      place: `${ROWS} rows of [${outputs}] ${loss.takes}`,
      inputs: [inputOf(loss.takes, [ROWS, outputs], parts)],
      record: (tape, [output]) => recordLoss({ definition: loss, params }, tape, output, labelsOf(labels)),
    });
    const subject = subjectOf(labels);
    const problem = outputProblem(subject, [1], "It should combine the losses of the rows to one number.");
    if (problem !== null) return problem;

    const labelOf = (row: number) => labels.subarray(row * width, (row + 1) * width);
    const alone = rows.map((_, row) => outputOfRow(subjectOf(labelOf(row)), row)[0]);
    const reduction = loss.reduction(params);
    const expected = alone.reduce((sum, one) => sum + one) / (reduction === "mean" ? ROWS : 1);
    const [found] = outputOf(subject).values;
    if (Math.abs(found - expected) > 1e-3 * Math.max(Math.abs(found), Math.abs(expected))) {
      return `The ${name} of ${subject.place} is ${found}, but the ${reduction} of the rows' losses is ${expected}. Its ` +
        "reduction and what it records should agree.";
    }
    return gradientProblem(subject, generator);
  });
}
