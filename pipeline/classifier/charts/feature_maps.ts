import { Tape } from "../../../core/autograd/tape.ts";
import { exampleShapes, parameterSpecs } from "../../../core/layers/model_layers.ts";
import { forward, type Model, tensorsOf } from "../../../core/model/model.ts";
import { isSameShape } from "../../../core/ops/op.ts";
import { fromArray, openScope } from "../../../core/tensor/tensor.ts";
import type { ImageItem, Size } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import type { FinishedRun } from "../../define/figure.ts";
import { decodeNpyOf } from "../../formats/npy.ts";
import { readNpyRows } from "../../formats/npy_pieces.ts";
import { modelOf, restore } from "../kinds/checkpoint.ts";
import { hasPictures } from "../kinds/dataset_images.ts";
import { startsWithKernels } from "../kinds/first_weights.ts";

/** Maximum number of maps shown of a layer. */
const MOST = 16;

/** What the convolutions of the model make of the first test image. */
export const featureMaps = defineChart({
  name: "feature-maps",
  title: "Feature maps of the first test image",
  about: "What each channel of the convolutions found, and where.",
  source: import.meta.url,
  from: ["checkpoint", "test_images", "table", "example_shape"],
  when: (run) => hasPictures(run) && startsWithKernels(run),
  draw(run) {
    using _memory = openScope();
    const checkpoint = run.artifact("checkpoint");
    const { model } = modelOf(checkpoint, run.library.layers);
    restore(checkpoint, tensorsOf(model));
    const maps = mapsOf(model, firstImage(run));
    const [{ size }] = maps;
    const items = maps.flatMap(({ text, size: own, channels }) => {
      const [low, high] = rangeOf(channels);
      const grey = (values: Float32Array) =>
        enlarged(values, own, size).map((x) => (x - low) / (high - low || 1) * 255);
      return channels.slice(0, MOST).map((values, i): ImageItem => ({
        pixels: grey(values),
        caption: [[text, "plain"], [`channel ${i}`, "muted"]],
      }));
    });
    const note =
      "The image as it goes in, and the outputs of the convolutions after their activation functions, enlarged " +
      "to its size. In each layer, the smallest value is black and the largest white.";
    return { kind: "images", note, size, colours: "grey", items };
  },
});

/** The channels of a layer. */
interface LayerMaps {
  readonly text: string;
  readonly size: Size;
  readonly channels: readonly Float32Array[];
}

/** The image itself, then the maps of each convolution, after what follows it without changing their size. */
function mapsOf(model: Model, image: Float32Array): LayerMaps[] {
  const shapes = exampleShapes(model.layers);
  const specs = parameterSpecs(model.layers).filter(({ spec }) => spec.shape.length === 4);
  const convolutions = new Set(specs.map(({ layer }) => layer));
  const endOf = (layer: number) => {
    let end = layer + 1;
    while (end < model.layers.length && !convolutions.has(end) && isSameShape(shapes[end], shapes[end + 1])) end++;
    return end;
  };
  const [first] = convolutions;
  return [
    { text: "the image", end: first },
    ...Array.from(convolutions, (layer, i) => ({ text: `convolution ${i + 1}`, end: endOf(layer) })),
  ].map(({ text, end }) => {
    const tape = new Tape();
    const x = tape.input(fromArray(image, [1, image.length]));
    const { value } = forward({ ...model, layers: model.layers.slice(0, end) }, tape, x, "evaluate");
    const [count, height, width] = shapes[end];
    const pixels = height * width;
    const channels = Array.from({ length: count }, (_, i) => value.data.slice(i * pixels, (i + 1) * pixels));
    return { text, size: { width, height }, channels };
  });
}

/** The numbers of the first test image as they go into the model. */
function firstImage(run: FinishedRun): Float32Array {
  const { rows } = readNpyRows(run.artifact("test_images"), "test_images", [0]);
  const values = rows.get(0)!;
  if (!(values instanceof Uint8Array)) return values as Float32Array;
  const table = decodeNpyOf(run.artifact("table").bytes(), "table", "f4", [256]).data;
  return Float32Array.from(values, (byte) => table[byte]);
}

function rangeOf(channels: readonly Float32Array[]): [low: number, high: number] {
  const extreme = (choose: (a: number, b: number) => number) =>
    channels.map((values) => values.reduce((a, b) => choose(a, b))).reduce((a, b) => choose(a, b));
  return [extreme(Math.min), extreme(Math.max)];
}

/** A map at the size of another, without smoothing. */
function enlarged(values: Float32Array, from: Size, to: Size): Float32Array {
  return Float32Array.from({ length: to.width * to.height }, (_, i) => {
    const [x, y] = [i % to.width, Math.floor(i / to.width)];
    return values[Math.floor(y * from.height / to.height) * from.width + Math.floor(x * from.width / to.width)];
  });
}
