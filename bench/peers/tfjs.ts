/** The part of TensorFlow.js that the benchmarks use. Only they install it, so its own types are not here. */
export interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  tidy<T>(work: () => T): T;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  tensor1d(values: Float32Array | Int32Array, dtype?: string): Tensor;
  variable(initial: Tensor): Tensor;
  gather(x: Tensor, rows: Tensor): Tensor;
  oneHot(labels: Tensor, depth: number): Tensor;
  tensor(values: Float32Array | Int32Array, shape: number[], dtype?: string): Tensor;
  conv2d(x: Tensor, kernel: Tensor, stride: number, padding: number): Tensor;
  maxPool(x: Tensor, size: number, stride: number, padding: "valid"): Tensor;
  transpose(x: Tensor, order: number[]): Tensor;
  reshape(x: Tensor, shape: number[]): Tensor;
  matMul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  div(a: Tensor, b: number): Tensor;
  neg(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  softmax(x: Tensor): Tensor;
  log(x: Tensor): Tensor;
  clipByValue(x: Tensor, min: number, max: number): Tensor;
  sum(x: Tensor, axis?: number): Tensor;
  train: { sgd(lr: number): { minimize(loss: () => Tensor, returnCost: true): Tensor } };
}

/** A tensor of TensorFlow.js. */
export interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
  assign(value: Tensor): void;
}
