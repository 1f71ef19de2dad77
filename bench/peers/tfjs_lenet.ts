/**
 * Seconds per epoch of LeNet in TensorFlow.js on its backend in plain JavaScript: prints seconds and mean loss, one epoch
 * per line. Usage: JOB DATA START EPOCHS VERSION, as tfjs_epoch.ts.
 */
import type { Tensor, TensorFlow } from "./tfjs.ts";

const [jobText, data, start, epochs, version] = Deno.args;
/** The whole package: its core has no gradients. */
const TENSORFLOW = `npm:@tensorflow/tfjs@${version}`;

const { batch, lr, rows } = JSON.parse(jobText);
const tf: TensorFlow = await import(TENSORFLOW);
await tf.setBackend("cpu");

const SIDE = 28;
const pixels = Deno.readFileSync(`${data}/train-images-idx3-ubyte`).subarray(16, 16 + rows * SIDE * SIDE);
const values = Float32Array.from(pixels, (value) => (value / 255 - 0.1307) / 0.3081);
const images = tf.tensor(values, [rows, SIDE, SIDE, 1]);
const classes = Deno.readFileSync(`${data}/train-labels-idx1-ubyte`).subarray(8, 8 + rows);
const labels = tf.tensor(Int32Array.from(classes), [rows], "int32");
const orders = new Int32Array(Deno.readFileSync(`${start}/orders.i32`).buffer);

/** The parameters as they are stored: kernels `[out, in, height, width]`, weights `[out, in]`, each with a bias. */
const SHAPES = [[6, 1, 5, 5], [6], [16, 6, 5, 5], [16], [120, 400], [120], [84, 120], [84], [10, 84], [10]];
const parameters = new Float32Array(Deno.readFileSync(`${start}/parameters.f32`).buffer);
let taken = 0;
const variables = SHAPES.map((shape) => {
  const size = shape.reduce((product, one) => product * one, 1);
  return tf.variable(tf.tensor(parameters.slice(taken, taken += size), shape));
});
const optimizer = tf.train.sgd(lr);

for (let epoch = 0; epoch < Number(epochs); epoch++) {
  const order = orders.subarray(epoch * rows, (epoch + 1) * rows);
  const started = performance.now();
  let total = 0;
  for (let first = 0; first < rows; first += batch) {
    total += tf.tidy(() => {
      const at = tf.tensor(order.slice(first, first + batch), [Math.min(batch, rows - first)], "int32");
      const [x, truth] = [tf.gather(images, at), tf.oneHot(tf.gather(labels, at), 10)];
      return optimizer.minimize(() => lossOf(forward(x), truth, Math.min(batch, rows - first)), true).dataSync()[0];
    });
  }
  console.log((performance.now() - started) / 1000, total / Math.ceil(rows / batch));
}

function forward(x: Tensor): Tensor {
  const pooled = [2, 0].reduce((input, padding, i) => {
    // TensorFlow has the channels last.
    const kernel = tf.transpose(variables[2 * i], [2, 3, 1, 0]);
    return tf.maxPool(tf.relu(tf.add(tf.conv2d(input, kernel, 1, padding), variables[2 * i + 1])), 2, 2, "valid");
  }, x);
  const flat = tf.reshape(tf.transpose(pooled, [0, 3, 1, 2]), [-1, 400]);
  return [4, 6, 8].reduce((input, i) => {
    const z = tf.add(tf.matMul(input, variables[i], false, true), variables[i + 1]);
    return i === 8 ? tf.softmax(z) : tf.relu(z);
  }, flat);
}

function lossOf(probabilities: Tensor, truth: Tensor, count: number): Tensor {
  return tf.div(tf.neg(tf.sum(tf.mul(truth, tf.log(tf.clipByValue(probabilities, 1e-10, 1))))), count);
}
