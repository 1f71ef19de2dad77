/**
 * Seconds per epoch of a job in TensorFlow.js on its WebAssembly backend (SIMD, one thread): prints seconds and mean
 * loss, one epoch per line. Usage: JOB DATA START EPOCHS VERSION. The packages are loaded by name: only this benchmark installs
 * them. START holds the initial parameters and the orders.
 */
import type { Tensor, TensorFlow } from "./tfjs.ts";

const [jobText, data, start, epochs, version] = Deno.args;
/** The whole package: its core has no gradients. */
const TENSORFLOW = `npm:@tensorflow/tfjs@${version}`;
const WASM = `npm:@tensorflow/tfjs-backend-wasm@${version}`;

const { sizes, batch, lr, reduction, gradient } = JSON.parse(jobText);
const tf: TensorFlow = await import(TENSORFLOW);
(await import(WASM)).setThreadsCount(1);
await tf.setBackend("wasm");

const rows = 60000;
const pixels = Deno.readFileSync(`${data}/train-images-idx3-ubyte`).subarray(16);
const labels = tf.tensor1d(Int32Array.from(Deno.readFileSync(`${data}/train-labels-idx1-ubyte`).subarray(8)), "int32");
const images = tf.tensor2d(Float32Array.from(pixels, (value) => (value / 255 - 0.1307) / 0.3081), [rows, 784]);
const orders = new Int32Array(Deno.readFileSync(`${start}/orders.i32`).buffer);
const layers = readLayers(new Float32Array(Deno.readFileSync(`${start}/parameters.f32`).buffer));
const optimizer = tf.train.sgd(lr);
const step = gradient === "manual" ? manualStep : autogradStep;

for (let epoch = 0; epoch < Number(epochs); epoch++) {
  const order = orders.subarray(epoch * rows, (epoch + 1) * rows);
  const started = performance.now();
  let total = 0;
  for (let first = 0; first < rows; first += batch) {
    total += tf.tidy(() => {
      const at = tf.tensor1d(order.slice(first, first + batch), "int32");
      return step(tf.gather(images, at), tf.oneHot(tf.gather(labels, at), 10), Math.min(batch, rows - first));
    });
  }
  console.log((performance.now() - started) / 1000, total / Math.ceil(rows / batch));
}

function readLayers(values: Float32Array): { weight: Tensor; bias: Tensor }[] {
  let offset = 0;
  const take = (count: number) => values.slice(offset, offset += count);
  return sizes.slice(1).map((outputs: number, i: number) => ({
    weight: tf.variable(tf.tensor2d(take(sizes[i] * outputs), [outputs, sizes[i]])),
    bias: tf.variable(tf.tensor1d(take(outputs))),
  }));
}

function forward(x: Tensor): Tensor {
  return layers.reduce((input, { weight, bias }, i) => {
    const z = tf.add(tf.matMul(input, weight, false, true), bias);
    return i === layers.length - 1 ? tf.softmax(z) : tf.relu(z);
  }, x);
}

function lossOf(probabilities: Tensor, truth: Tensor, count: number): Tensor {
  const loss = tf.neg(tf.sum(tf.mul(truth, tf.log(tf.clipByValue(probabilities, 1e-10, 1)))));
  return reduction === "mean" ? tf.div(loss, count) : loss;
}

function autogradStep(x: Tensor, truth: Tensor, count: number): number {
  return optimizer.minimize(() => lossOf(forward(x), truth, count), true).dataSync()[0];
}

/** The article's formulas for one linear layer. */
function manualStep(x: Tensor, truth: Tensor, count: number): number {
  const [{ weight, bias }] = layers;
  const probabilities = forward(x);
  const dz = tf.div(tf.sub(probabilities, truth), count / lr);
  weight.assign(tf.sub(weight, tf.matMul(dz, x, true, false)));
  bias.assign(tf.sub(bias, tf.sum(dz, 0)));
  return lossOf(probabilities, truth, count).dataSync()[0];
}
