/** The check of a loss that is not Retrace's own, before its first use. */
import type { LossDefinition } from "../losses/loss.ts";
import { fromArray } from "../tensor/tensor.ts";
import { gradientProblem } from "./gradient_problem.ts";
import { confirmedProblem, outputOfRow, outputProblem, ROWS } from "./output_problem.ts";
import { drawn, inputOf, outputOf, type Subject } from "./subject.ts";

/** What is wrong with a loss of this many classes, in words; null if nothing is. */
export function lossProblem(loss: LossDefinition, params: Record<string, unknown>, classes: number): string | null {
  const name = `loss ${loss.name}`;
  return confirmedProblem(name, (generator) => {
    const parts = drawn(generator, ROWS * classes, 0.2, 1);
    const rows = Array.from({ length: ROWS }, (_, row) => parts.subarray(row * classes, (row + 1) * classes));
    for (const row of rows) row.set(row.map((part, _, all) => part / all.reduce((sum, one) => sum + one)));
    const labels = drawn(generator, ROWS, 0, Math.min(classes, 256)).map(Math.floor);
    const subjectOf = (labels: Float32Array): Subject => ({
      name,
      place: `${ROWS} rows of [${classes}] probabilities`,
      inputs: [inputOf("probabilities", [ROWS, classes], parts)],
      record: (tape, [p]) => loss.record(tape, p, fromArray(labels, [labels.length], "uint8"), params),
    });
    const subject = subjectOf(labels);
    const problem = outputProblem(subject, [1], "It should combine the losses of the rows to one number.");
    if (problem !== null) return problem;

    const alone = rows.map((_, row) => outputOfRow(subjectOf(labels.subarray(row, row + 1)), row)[0]);
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
