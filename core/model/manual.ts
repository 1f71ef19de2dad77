/**
 * The article's manual gradients (section "Gradient Descent - Manual Calculation"): a linear layer, softmax and
 * cross-entropy, differentiated on paper and written as plain functions of tensors, without a tape.
 *
 * With z = x·Wᵀ + b, s = softmax(z) and L = −log s[y], the derivatives of softmax and logarithm combine to
 * ∂L/∂z = s − onehot(y). The logarithm and its clamp cancel out, so even a row whose label has probability 0 has a
 * gradient. This is why the article's manual model reaches .87 where its autograd model stalls at .31.
 *
 * Everything is float32, with the bits of these PyTorch operations: `s = softmax(linear(x, W, b), 1)`,
 * `g = s - one_hot(y)`, `g.t().mm(x) / N` and `g.sum(0) / N`. The article converts s to float64 and rounds only the
 * updated parameters.
 */
import type { Kernels } from "../kernels/kernels.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The tensors of a training step of a linear model with N rows, D inputs and C classes. */
export interface ManualStep {
  /** x `[N, D]` */
  x: Tensor;
  /** y `[N]` */
  labels: Tensor<"uint8">;
  /** W `[C, D]`, as torch.nn.Linear stores it; the article's is its transpose. */
  weight: Tensor;
  /** b `[C]` */
  bias: Tensor;
  /** s `[N, C]` */
  probabilities: Tensor;
  /** z, then ∂L/∂z `[N, C]` */
  logitsGradient: Tensor;
  weightGradient: Tensor;
  biasGradient: Tensor;
  /** N in every element `[C, D]`. */
  rowsPerWeight: Tensor;
}

/** Computes s = softmax(x·Wᵀ + b), the article's simple_net. */
export function manualForward(kernels: Kernels, step: ManualStep): void {
  const { x, weight, bias, probabilities, logitsGradient: logits } = step;
  kernels.gemmNt(logits, x, weight, bias, false);
  kernels.softmaxRows(probabilities, logits);
}

/**
 * Computes the gradients of the mean loss, as the article's manual_backward:
 * ∂L/∂z = s − onehot(y), ∂L/∂W = (∂L/∂z)ᵀ·x / N, ∂L/∂b = Σ over the rows of ∂L/∂z / N.
 */
export function manualBackward(kernels: Kernels, step: ManualStep): void {
  const { x, labels, probabilities, logitsGradient, weightGradient, biasGradient } = step;
  const [rows, classes] = probabilities.shape;
  const [gradient, truth] = [logitsGradient.data, labels.data];
  gradient.set(probabilities.data);
  for (let row = 0; row < rows; row++) gradient[row * classes + truth[row]] -= 1;
  kernels.gemmTn(weightGradient, logitsGradient, x, false);
  kernels.columnSum(biasGradient, logitsGradient, false);
  kernels.div(weightGradient, weightGradient, step.rowsPerWeight);
  const ofBias = biasGradient.data;
  for (let c = 0; c < classes; c++) ofBias[c] /= rows;
}
