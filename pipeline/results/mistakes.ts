/** The most wrong predictions: those in which the model was surest of a class that is not the right one. */

/** What decides the order. */
export interface Ranked {
  row: number;
  label: number;
  predicted: number;
  /** Of each class, 0 to 1. */
  probabilities: ArrayLike<number>;
}

/**
 * The `most` mistakes of the highest probability on the wrong class, highest first. Of equal ones the true class's
 * smaller probability comes first, then the smaller row number.
 */
export function worstMistakes<P extends Ranked>(predictions: readonly P[], most: number): P[] {
  const [onWrong, onTrue] = [
    ({ predicted, probabilities }: P) => probabilities[predicted],
    ({ label, probabilities }: P) => probabilities[label],
  ];
  return predictions.filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => onWrong(b) - onWrong(a) || onTrue(a) - onTrue(b) || a.row - b.row)
    .slice(0, most);
}
