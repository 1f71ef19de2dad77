/**
 * How fast the kernels are, by `deno bench bench/kernels_bench.ts`: the matrix products of the MNIST models by
 * themselves, and everything that one training step of 784-30-10 on 64 images computes. An epoch of 60000 images is
 * 938 such steps.
 */
import { kernels } from "../core/kernels/mod.ts";
import { type Tensor, tensor } from "../core/tensor.ts";

const PIXELS = 784;
const CLASSES = 10;
const IMAGES = 60000;

/** A tensor of numbers that are neither zero nor denormal. */
function filled(...shape: number[]): Tensor {
  const made = tensor(shape);
  for (let i = 0; i < made.size; i++) made.data[i] = (i % 17 - 8.5) / 64;
  return made;
}

/** A dataset that is four fifths background, as MNIST is, in the order that a shuffle could give. */
function dataset(): { images: Tensor<"uint8">; labels: Tensor<"uint8">; order: Tensor<"int32"> } {
  const images = tensor([IMAGES, PIXELS], "uint8");
  const labels = tensor([IMAGES], "uint8");
  const order = tensor([IMAGES], "int32");
  for (let i = 0; i < images.size; i++) images.data[i] = i % 40 < 8 ? i % 251 : 0;
  for (let i = 0; i < IMAGES; i++) {
    labels.data[i] = i % CLASSES;
    // 7919 and the number of images have no common factor, so every image comes once.
    order.data[i] = i * 7919 % IMAGES;
  }
  return { images, labels, order };
}

for (const [batch, inputs, outputs] of [[64, PIXELS, 30], [64, PIXELS, 128], [64, 128, 64], [64, 30, CLASSES]]) {
  const [x, weight, z] = [filled(batch, inputs), filled(outputs, inputs), filled(batch, outputs)];
  const group = `${batch} x ${inputs} -> ${outputs}`;
  Deno.bench(`gemmNt, forward, ${group}`, { group }, () => kernels.gemmNt(z, x, weight, null, false));
  const dWeight = tensor([outputs, inputs]);
  Deno.bench(`gemmTn, gradient of the weight, ${group}`, { group }, () => kernels.gemmTn(dWeight, z, x, false));
  const dx = tensor([batch, inputs]);
  Deno.bench(`gemmNn, gradient of the input, ${group}`, { group }, () => kernels.gemmNn(dx, z, weight, false));
}

const step = trainingStep(64, 30);
let offset = 0;
Deno.bench("one training step, 784-30-10, 64 shuffled images", () => {
  step(offset);
  offset = (offset + 64) % (IMAGES - 64);
});

/** All kernels of one step, from the gathering of the batch that begins at `offset` to the new weights. */
function trainingStep(batch: number, hidden: number): (offset: number) => void {
  const { images, labels, order } = dataset();
  const table = filled(256);
  const [w1, b1, w2, b2] = [filled(hidden, PIXELS), filled(hidden), filled(CLASSES, hidden), filled(CLASSES)];
  const [dw1, db1, dw2, db2] = [w1, b1, w2, b2].map((parameter) => tensor(parameter.shape));
  const x = tensor([batch, PIXELS]);
  const y = tensor([batch], "uint8");
  const [z1, h, dh, dz1] = Array.from({ length: 4 }, () => tensor([batch, hidden]));
  const [z2, p, dp, dz2] = Array.from({ length: 4 }, () => tensor([batch, CLASSES]));
  const [losses, dLosses, loss] = [tensor([batch]), filled(batch), tensor([1])];
  return (offset) => {
    kernels.gatherTable(x, images, order, offset, table);
    kernels.gatherLabels(y, labels, order, offset);
    kernels.gemmNt(z1, x, w1, b1, false);
    kernels.relu(h, z1);
    kernels.gemmNt(z2, h, w2, b2, false);
    kernels.softmaxRows(p, z2);
    kernels.pickLogLoss(losses, p, y, 1e-10);
    kernels.sum(loss, losses);
    kernels.pickLogLossBackward(dp, dLosses, p, y, 1e-10, false);
    kernels.softmaxRowsBackward(dz2, dp, p, false);
    kernels.gemmTn(dw2, dz2, h, false);
    kernels.columnSum(db2, dz2, false);
    kernels.gemmNn(dh, dz2, w2, false);
    kernels.reluBackward(dz1, dh, z1, false);
    kernels.gemmTn(dw1, dz1, x, false);
    kernels.columnSum(db1, dz1, false);
    for (const [parameter, gradient] of [[w1, dw1], [b1, db1], [w2, dw2], [b2, db2]]) {
      kernels.sgdStep(parameter, gradient, null, 1e-6, 0, 0, 0, false, false);
    }
  };
}
