/**
 * The cost of work, counted instead of timed: kernel calls and memory of a training step, and disk access of a run with
 * nothing to do. These numbers only change on purpose.
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { wasmBackend } from "../../../core/tensor/backend.ts";

import { mark } from "../../../core/kernels/memory.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { scoped } from "../../../core/tensor/tensor.ts";
import { codeOf } from "../code_of.ts";
import { graphOf } from "../../../pipeline/experiment/chain.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { makeTrainer } from "../../../pipeline/classifier/stages/trainer.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import { runAll } from "../engine/bench.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { mnist } from "./mnist.ts";
import { openInputs, paramsOf } from "./in_memory.ts";
import { prepare, smallParams, trainInputs } from "./training.ts";

/** An object whose method calls are counted by name. */
function counted<T extends object>(real: T): { double: T; counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  const methods = Object.entries(real).map(([name, method]) => [name, (...args: unknown[]) => {
    counts[name] = (counts[name] ?? 0) + 1;
    return method(...args);
  }]);
  return { double: Object.fromEntries(methods), counts };
}

Deno.test("a training step of a two-layer net calls each kernel as often as its layers need, and allocates nothing", async () => {
  const rows = 192;
  const inputs = await trainInputs(await prepare(mnist(rows, 1)), { size: 64, seed: 0 });
  const { double, counts } = counted<Kernels>(wasmBackend.kernels);
  scoped(() => {
    const backend = { ...wasmBackend, kernels: double };
    const trainer = makeTrainer(paramsOf(train, smallParams()), openInputs(train, inputs), classifier, backend);
    trainer.runEpoch(1);
    const [before, size] = [mark(), kernelMemory()];
    for (const name of Object.keys(counts)) delete counts[name];
    trainer.runEpoch(2);
    assertEquals([mark(), kernelMemory()], [before, size]);
  });
  const steps = rows / 64;
  assertEquals(Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / steps])), {
    gatherTable: 1,
    gatherLabels: 1,
    // Forward: two linear layers, ReLU, softmax, the loss of each row, and the mean.
    gemmNt: 2,
    relu: 1,
    softmaxRows: 1,
    pickLogLoss: 1,
    sum: 1,
    // Backward: 1 for the loss, 1/64 for each row; weight and bias of both layers; the input of the second layer.
    fill: 2,
    pickLogLossBackward: 1,
    softmaxRowsBackward: 1,
    gemmNn: 1,
    reluBackward: 1,
    gemmTn: 2,
    columnSum: 2,
    sgdStep: 4,
  });
});

/** Bytes of the kernels' memory, which only grows. */
function kernelMemory(): number {
  return scoped(() => wasmBackend.tensor([1]).data.buffer.byteLength);
}

Deno.test("a run with nothing to do writes nothing to the store, and reads every record and every artifact once", async () => {
  using small = makeSmallDataset();
  const { experiment, params } = loadExperiment(classifier, small.config, []);
  const graph = graphOf(classifier, experiment);
  const code = await codeOf(classifier);
  const run = async (io: StoreIo) => {
    return await runAll({ graph, params, library: classifier, store: new Store(small.path("cache"), io), code });
  };
  const disk = diskIo(small.path("cache"));
  await run(disk);
  const { double, counts } = counted(disk);
  const stages = await run(double);
  assert(stages.every(({ action }) => action === "hit"));
  const digests = stages.flatMap(({ record }) =>
    [...Object.values(record.outputs), ...Object.values(record.each ?? {}).flat()].map(({ digest }) => digest)
  );
  const reads = digests.length + stages.length;
  assertEquals(Object.keys(counts).sort(), ["readInto", "status"]);
  assertStrictEquals(counts.readInto, reads);
  assertStrictEquals(counts.status, reads);
});
