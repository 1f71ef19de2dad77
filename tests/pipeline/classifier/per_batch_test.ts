/** Layers whose last bits depend on the size of the batch: an evaluation has those of its batches, as PyTorch has. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { Tape } from "../../../core/autograd/tape.ts";
import { initializeModel } from "../../../core/inits/initialization.ts";
import { randnInit } from "../../../core/inits/randn_init.ts";
import { parseModel } from "../../../core/layers/model_layers.ts";
import { forward, makeModel } from "../../../core/model/model.ts";
import { Generator } from "../../../core/random/mod.ts";
import { fromArray, scoped } from "../../../core/tensor/tensor.ts";
import { encodeModel } from "../../../pipeline/classifier/kinds/checkpoint.ts";
import { layers } from "../../../pipeline/classifier/layers.ts";
import { validate } from "../../../pipeline/classifier/stages/validate.ts";
import { decodeNpy } from "../../../pipeline/formats/npy.ts";
import { artifactOf, runFold } from "./in_memory.ts";
import { mnist } from "./mnist.ts";
import { prepare, validateInputs } from "./training.ts";

const ROWS = 155;

for (const layer of ["sigmoid", "gelu"]) {
  Deno.test(`the probabilities after ${layer} are those of the batches, and not of larger passes`, async () => {
    const data = await prepare(mnist(1, ROWS));
    const table = decodeNpy(data.normalized.table.bytes(), "table").data;
    const images = decodeNpy(data.normalized.test_images.bytes(), "images").data as Uint8Array;
    const x = Float32Array.from(images, (byte) => Number(table[byte]));
    const model = makeModel(parseModel(["linear(784,7)", layer, "linear(7,10)", "softmax"], layers));
    initializeModel(model, randnInit, new Generator(5));
    model.parameters[0].value.data.forEach((value, i, all) => all[i] = value / 20);
    const checkpoint = artifactOf(encodeModel(model, { reduction: "mean", clamp: 0 }));
    /** What the model puts out in batches of this size. */
    const outputsIn = (size: number) => {
      const all = new Float32Array(ROWS * 10);
      for (let row = 0; row < ROWS; row += size) {
        scoped(() => {
          const batch = x.slice(row * 784, Math.min(row + size, ROWS) * 784);
          const tape = new Tape();
          const { data } =
            forward(model, tape, tape.input(fromArray(batch, [batch.length / 784, 784])), "evaluate").value;
          all.set(data, row * 10);
        });
      }
      return all;
    };
    for (const batch_size of [11, 64, ROWS]) {
      const { closing } = await runFold(validate, { batch_size }, validateInputs(data, [{ checkpoint }]));
      assertEquals(decodeNpy(closing.predictions.bytes(), "predictions").data, outputsIn(batch_size));
    }
    assertNotEquals(outputsIn(11), outputsIn(ROWS));
  });
}
