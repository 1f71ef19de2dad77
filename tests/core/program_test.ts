/** Programs have the bits of the tape, in less memory. */
import { assert, assertEquals, assertLess, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { compile } from "../../core/autograd/program.ts";
import { type Node, Recording } from "../../core/autograd/recording.ts";
import { Tape } from "../../core/autograd/tape.ts";
import { plainBackend, wasmBackend } from "../../core/tensor/backend.ts";
import { wasm as kernels } from "../../core/kernels/wasm.ts";
import { mark } from "../../core/kernels/memory.ts";
import { reluOp } from "../../core/layers/relu.ts";
import { crossEntropy } from "../../core/losses/cross_entropy.ts";
import { forward, makeModel } from "../../core/model/model.ts";
import { add, clamp, exp, matmul, mul, scale, sub, sum } from "../../core/ops/mod.ts";
import type { Op } from "../../core/ops/op.ts";
import { basic } from "../../core/optimizers/basic.ts";
import { makeOptimizer } from "../../core/optimizers/make_optimizer.ts";
import { type Parameter, parameterOf, zeroGradients } from "../../core/tensor/parameter.ts";
import { scoped, type Tensor } from "../../core/tensor/tensor.ts";
import { OPS } from "./all_ops.ts";
import { layersOf } from "./definitions.ts";
import { bitsOf, Numbers } from "./kernels/compare.ts";

/** Something to train: parameters with values, and what is recorded of them. */
interface Job {
  parameters: Parameter[];
  record(tape: Recording): { loss: Node; keep: Node[] };
}

/** The bits of everything that is kept, and of all parameters, after each of three steps of gradient descent. */
function trainedBy(job: Job, runner: (job: Job) => { run(): void; kept: Tensor[] }) {
  const { run, kept } = runner(job);
  const optimizer = makeOptimizer(basic, { name: "basic", lr: 0.37 }, job.parameters);
  return [1, 2, 3].map(() => {
    run();
    optimizer.step();
    zeroGradients(job.parameters);
    return [...kept, ...job.parameters.map(({ value }) => value)].map(({ data }) => bitsOf(data));
  });
}

function byTape({ record }: Job) {
  const tape = new Tape();
  const { loss, keep } = record(tape);
  const run = () => {
    tape.replay();
    tape.backward(loss);
  };
  return { run, kept: keep.map(({ value }) => value) };
}

const byProgram = (shareMemory: boolean) => ({ record }: Job) => {
  const recording = new Recording();
  const { loss, keep } = record(recording);
  const { run } = compile(recording, wasmBackend, { keep, loss, shareMemory });
  return { run, kept: keep.map(({ value }) => value) };
};

/** Asserts that a compiled job has the tape's bits, with and without shared memory. `make` makes the same job each time. */
function assertTapesBits(make: () => Job): void {
  const expected = scoped(() => trainedBy(make(), byTape));
  for (const share of [false, true]) assertEquals(scoped(() => trainedBy(make(), byProgram(share))), expected);
}

const net = fc.record({
  seed: fc.integer(),
  rows: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 60, max: 140 })),
  widths: fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 2, maxLength: 6 }),
  reluAfter: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  reduction: fc.constantFrom("sum" as const, "mean" as const),
  wild: fc.boolean(),
});

Deno.test("a program has the bits of the tape for any net, NaN, infinities and denormals included", () => {
  fc.assert(
    fc.property(net, ({ seed, rows, widths, reluAfter, reduction, wild }) => {
      const hidden = widths.slice(1).flatMap((width, i) => [
        `linear(${widths[i]},${width})`,
        ...(reluAfter[i] ? ["relu"] : []),
      ]);
      assertTapesBits(() => {
        const numbers = new Numbers(seed);
        const draw = (...shape: number[]) => wild ? numbers.wild(...shape) : numbers.tensor(...shape);
        const model = makeModel(layersOf(...hidden, "softmax"));
        for (const { value } of model.parameters) kernels.copy(value, draw(...value.shape));
        const x = draw(rows, widths[0]);
        const labels = numbers.integers("uint8", widths[widths.length - 1], rows);
        const record = (tape: Recording) => {
          const probabilities = forward(model, tape, tape.input(x), "train");
          const loss = crossEntropy.record(tape, probabilities, labels, { reduction, clamp: seed % 2 ? 1e-10 : 0 });
          return { loss, keep: [probabilities, loss] };
        };
        return { parameters: [...model.parameters], record };
      });
    }),
    { numRuns: 300 },
  );
});

/** Ops that take squares of one size to another, so that any may follow any. */
const SQUARE_OPS: Op[] = [add, sub, mul, matmul, scale, reluOp, exp, clamp];
const settings = { alpha: -0.5, min: -0.75, max: 0.5 };

Deno.test("a program has the tape's bits for any record: branches, values used twice, parameters shared", () => {
  const applied = fc.record({ op: fc.nat(SQUARE_OPS.length - 1), a: fc.nat(), b: fc.nat() });
  const records = fc.record({
    seed: fc.integer(),
    size: fc.integer({ min: 1, max: 9 }),
    applied: fc.array(applied, { minLength: 1, maxLength: 12 }),
    kept: fc.nat(),
  });
  fc.assert(
    fc.property(records, ({ seed, size, applied, kept }) =>
      assertTapesBits(() => {
        const numbers = new Numbers(seed);
        const parameters = ["a", "b"].map((name) => parameterOf(name, numbers.tensor(size, size)));
        const input = numbers.wild(size, size);
        const record = (tape: Recording) => {
          const nodes = [tape.input(input), ...parameters.map((parameter) => tape.parameter(parameter))];
          for (const { op, a, b } of applied) {
            const inputs = [a, b].slice(0, SQUARE_OPS[op].cases[0].shapes.length).map((i) => nodes[i % nodes.length]);
            nodes.push(tape.apply(SQUARE_OPS[op], inputs, settings));
          }
          const loss = tape.apply(sum, [nodes[nodes.length - 1]]);
          return { loss, keep: [loss, nodes[3 + kept % applied.length]] };
        };
        return { parameters, record };
      })),
    { numRuns: 500 },
  );
});

/** Ten linear layers with ReLU between. */
function deepNet(width: number) {
  const layers = Array.from({ length: 10 }, (_, i) => [`linear(${width},${i < 9 ? width : 10})`, "relu"]).flat();
  return makeModel(layersOf(...layers.slice(0, -1), "softmax"));
}

function bytesOf(shareMemory: boolean, isTraining: boolean): number {
  return scoped(() => {
    const model = deepNet(64);
    const recording = new Recording();
    const probabilities = forward(model, recording, recording.input(wasmBackend.tensor([128, 64])), "train");
    const loss = crossEntropy.record(recording, probabilities, new Numbers(1).integers("uint8", 10, 128), {
      reduction: "mean",
      clamp: 0,
    });
    return compile(recording, wasmBackend, { keep: [loss], loss: isTraining ? loss : null, shareMemory }).bytes;
  });
}

Deno.test("a training step of ten layers takes under a third of the memory that values of their own take", () => {
  const layer = 128 * 64 * 4;
  // Nine hidden layers keep what ReLU put out, and two gradients are there at a time. Of their own, each layer has the
  // linear layer's value, ReLU's, and the gradients of both.
  const small = 20 * 1024;
  assertLess(bytesOf(true, true), 11 * layer + small);
  assert(bytesOf(false, true) > 9 * 4 * layer);
});

Deno.test("a forward pass of ten layers takes the memory of two", () => {
  assertLess(bytesOf(true, false), 2 * 128 * 64 * 4 + 1024);
});

Deno.test("a program's runs take no memory", () => {
  scoped(() => {
    const model = deepNet(20);
    const tape = new Recording();
    const p = forward(model, tape, tape.input(new Numbers(1).tensor(70, 20)), "train");
    const labels = new Numbers(2).integers("uint8", 10, 70);
    const loss = crossEntropy.record(tape, p, labels, { reduction: "mean", clamp: 0 });
    const program = compile(tape, wasmBackend, { keep: [loss], loss });
    const before = mark();
    program.run();
    assertStrictEquals(mark(), before);
  });
});

Deno.test("a recording's node has no value before it is compiled, and says so", () => {
  scoped(() => {
    const tape = new Recording();
    const node = tape.apply(reluOp, [tape.input(wasmBackend.tensor([2, 3]))]);
    assertThrows(() => node.value, Error, "float32 [2, 3] of a recording has no memory");
    compile(tape, plainBackend, { keep: [node], loss: null }).run();
    assertEquals([...node.value.data], [0, 0, 0, 0, 0, 0]);
  });
});

Deno.test("only ops of one input are computed in place", () => {
  assertEquals(OPS.filter(({ inPlace, cases }) => inPlace && cases[0].shapes.length !== 1), []);
});
