/** Programs have the tape's bits, in less memory. */
import { assertEquals, assertLess, assertStrictEquals, assertThrows } from "@std/assert";
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
import { add, clamp, exp, matmul, mul, scale, sub, sum } from "../../pipeline/library/retrace.ts";
import type { Op } from "../../core/ops/op.ts";
import { view } from "../../core/ops/view.ts";
import { basic } from "../../core/optimizers/basic.ts";
import { makeOptimizer } from "../../core/optimizers/make_optimizer.ts";
import { type Parameter, parameterOf, zeroGradients } from "../../core/tensor/parameter.ts";
import { scoped, type Tensor } from "../../core/tensor/tensor.ts";
import { OPS } from "./all_ops.ts";
import { layersOf } from "./definitions.ts";
import { bitsOf, Numbers } from "./kernels/compare.ts";

/** A training job: parameters with values, and the recording of their loss. */
interface Job {
  parameters: Parameter[];
  record(tape: Recording): { loss: Node; keep: Node[] };
}

/** The bits of all kept values and all parameters after each of three steps of gradient descent. */
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

function byProgram({ record }: Job) {
  const recording = new Recording();
  const { loss, keep } = record(recording);
  const { run } = compile(recording, wasmBackend, { keep, loss });
  return { run, kept: keep.map(({ value }) => value) };
}

/** Asserts that a compiled job has the tape's bits. `make` makes the same job each time. */
function assertTapesBits(make: () => Job): void {
  assertEquals(scoped(() => trainedBy(make(), byProgram)), scoped(() => trainedBy(make(), byTape)));
}

const net = fc.record({
  seed: fc.integer(),
  rows: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 60, max: 140 })),
  widths: fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 2, maxLength: 6 }),
  reluAfter: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  reduction: fc.constantFrom("sum" as const, "mean" as const),
  wild: fc.boolean(),
});

Deno.test("a program has the tape's bits for any net, including NaN, infinities and denormals", () => {
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
          const loss = crossEntropy.record!(tape, probabilities, labels, { reduction, clamp: seed % 2 ? 1e-10 : 0 });
          return { loss, keep: [probabilities, loss] };
        };
        return { parameters: [...model.parameters], record };
      });
    }),
    { numRuns: 300 },
  );
});

const imageNet = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 18 }),
  channels: fc.integer({ min: 1, max: 3 }),
  layout: fc.constantFrom("chw", "hwc"),
  padding: fc.integer({ min: 0, max: 2 }),
  pool: fc.constantFrom("maxpool2d", "avgpool2d"),
  bias: fc.boolean(),
  wild: fc.boolean(),
});

Deno.test("a program has the tape's bits for any net of images", () => {
  fc.assert(
    fc.property(imageNet, ({ seed, rows, channels, layout, padding, pool, bias, wild }) => {
      const side = Math.floor((7 + 2 * padding - 2) / 2);
      assertTapesBits(() => {
        const numbers = new Numbers(seed);
        const draw = (...shape: number[]) => wild ? numbers.wild(...shape) : numbers.tensor(...shape);
        const model = makeModel(layersOf(
          ...[`image(${channels},7,7,layout=${layout})`, `conv2d(${channels},4,3,padding=${padding},bias=${bias})`],
          ...["relu", `${pool}(2)`, "conv2d(4,2,2,stride=2,padding=1)", "flatten"],
          ...[`linear(${2 * (Math.floor(side / 2) + 1) ** 2},5)`, "softmax"],
        ));
        for (const { value } of model.parameters) kernels.copy(value, draw(...value.shape));
        const x = draw(rows, channels * 49);
        const labels = numbers.integers("uint8", 5, rows);
        const record = (tape: Recording) => {
          const probabilities = forward(model, tape, tape.input(x), "train");
          const loss = crossEntropy.record!(tape, probabilities, labels, { reduction: "mean", clamp: 1e-10 });
          return { loss, keep: [probabilities, loss] };
        };
        return { parameters: [...model.parameters], record };
      });
    }),
    { numRuns: 200 },
  );
});

Deno.test("in a program, a view and its gradient are the memory that they are a view of", () => {
  scoped(() => {
    const [weight, factor] = [
      parameterOf("w", new Numbers(1).tensor(3, 8)),
      parameterOf("f", new Numbers(2).tensor(3, 8)),
    ];
    const recording = new Recording();
    const product = recording.apply(mul, [recording.parameter(weight), recording.parameter(factor)]);
    const viewed = recording.apply(view, [product], { shape: [2, 4] });
    const loss = recording.apply(sum, [viewed]);
    compile(recording, wasmBackend, { keep: [loss], loss });
    assertEquals([viewed.value.ptr, viewed.gradient!.ptr], [product.value.ptr, product.gradient!.ptr]);
    assertEquals(viewed.shape, [3, 2, 4]);
  });
});

/** Ops from square matrices to a square matrix of the same size, so they can be applied in any order. */
const SQUARE_OPS: Op[] = [add, sub, mul, matmul, scale, reluOp, exp, clamp];
const settings = { alpha: -0.5, min: -0.75, max: 0.5 };

Deno.test("a program has the tape's bits for any recording: branches, values used twice, shared parameters", () => {
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

/** Ten linear layers with ReLU between them. */
function deepNet(width: number) {
  const layers = Array.from({ length: 10 }, (_, i) => [`linear(${width},${i < 9 ? width : 10})`, "relu"]).flat();
  return makeModel(layersOf(...layers.slice(0, -1), "softmax"));
}

function bytesOf(isTraining: boolean): number {
  return scoped(() => {
    const model = deepNet(64);
    const recording = new Recording();
    const probabilities = forward(model, recording, recording.input(wasmBackend.tensor([128, 64])), "train");
    const loss = crossEntropy.record!(recording, probabilities, new Numbers(1).integers("uint8", 10, 128), {
      reduction: "mean",
      clamp: 0,
    });
    return compile(recording, wasmBackend, { keep: [loss], loss: isTraining ? loss : null }).bytes;
  });
}

Deno.test("a training step of ten layers needs under a third of the memory of separate values and gradients", () => {
  const layer = 128 * 64 * 4;
  // Each of the nine hidden layers has two values, of the linear layer and of ReLU, and a gradient of both: 36 in all. The
  // program keeps the outputs of ReLU, and two gradients at a time.
  const small = 20 * 1024;
  assertLess(bytesOf(true), 11 * layer + small);
});

Deno.test("a forward pass of ten layers needs the memory of two", () => {
  assertLess(bytesOf(false), 2 * 128 * 64 * 4 + 1024);
});

Deno.test("a program's runs allocate no memory", () => {
  scoped(() => {
    const model = deepNet(20);
    const tape = new Recording();
    const p = forward(model, tape, tape.input(new Numbers(1).tensor(70, 20)), "train");
    const labels = new Numbers(2).integers("uint8", 10, 70);
    const loss = crossEntropy.record!(tape, p, labels, { reduction: "mean", clamp: 0 });
    const program = compile(tape, wasmBackend, { keep: [loss], loss });
    const before = mark();
    program.run();
    assertStrictEquals(mark(), before);
  });
});

Deno.test("a node's value throws an Error until its recording is compiled", () => {
  scoped(() => {
    const tape = new Recording();
    const node = tape.apply(reluOp, [tape.input(wasmBackend.tensor([2, 3]))]);
    assertThrows(() => node.value, Error, "The node of shape [2, 3] has no memory");
    compile(tape, plainBackend, { keep: [node], loss: null }).run();
    assertEquals([...node.value.data], [0, 0, 0, 0, 0, 0]);
  });
});

Deno.test("only ops of one input are computed in place", () => {
  assertEquals(OPS.filter(({ inPlace, cases }) => inPlace && cases[0].shapes.length !== 1), []);
});
