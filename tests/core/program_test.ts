/** A program has the bits of the tape followed by the optimizer, in less memory. */
import { assert, assertEquals, assertLess, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { plainBackend, wasmBackend } from "../../core/backend.ts";
import { type Node, Tape, zeroGradients } from "../../core/autograd/tape.ts";
import { kernels } from "../../core/kernels/mod.ts";
import { mark } from "../../core/kernels/memory.ts";
import { type LayerSpec, parseLayer } from "../../core/layers.ts";
import { crossEntropyLoss, type LossSpec } from "../../core/loss.ts";
import { forward, makeSequential } from "../../core/nn.ts";
import { add, addRow, clamp, exp, linear, matmul, mul, ops, relu, scale, sub, sum } from "../../core/ops/mod.ts";
import type { Op } from "../../core/ops/op.ts";
import { sgd } from "../../core/optim.ts";
import { type Parameter, parameterOf } from "../../core/parameter.ts";
import { compile, type ProgramOptions } from "../../core/autograd/program.ts";
import { Recording } from "../../core/autograd/recording.ts";
import { scoped, type Tensor } from "../../core/tensor.ts";
import { bitsOf, Numbers } from "./kernels/compare.ts";

const LR = 0.37;
const PLAIN = { lr: LR, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };
/** Every way to compile. */
const WAYS: Pick<ProgramOptions, "descentRate" | "shareMemory">[] = [
  { descentRate: null, shareMemory: false },
  { descentRate: null, shareMemory: true },
  { descentRate: LR, shareMemory: false },
  { descentRate: LR, shareMemory: true },
];

/** Something to train: parameters with values, and what is recorded of them. */
interface Job {
  parameters: Parameter[];
  record(tape: Recording): { loss: Node; keep: Node[] };
}

/** The bits of everything that is kept, and of all parameters, after each of three steps of plain SGD. */
function trainedBy(job: Job, runner: (job: Job) => { run(): void; kept: Tensor[]; rest: Parameter[] }) {
  const { run, kept, rest } = runner(job);
  const optimizer = sgd(rest, PLAIN);
  return [1, 2, 3].map(() => {
    run();
    optimizer.step();
    zeroGradients(job.parameters);
    return [...kept, ...job.parameters.map(({ value }) => value)].map(({ data }) => bitsOf(data));
  });
}

function byTape({ parameters, record }: Job) {
  const tape = new Tape();
  const { loss, keep } = record(tape);
  const run = () => {
    tape.replay();
    tape.backward(loss);
  };
  return { run, kept: keep.map(({ value }) => value), rest: parameters };
}

const byProgram = (way: typeof WAYS[number]) => ({ parameters, record }: Job) => {
  const recording = new Recording();
  const { loss, keep } = record(recording);
  const { run, descended } = compile(recording, wasmBackend, { keep, loss, ...way });
  return { run, kept: keep.map(({ value }) => value), rest: parameters.filter((one) => !descended.has(one)) };
};

/** Demands that every way to compile a job gives the tape's bits. `make` makes the same job every time. */
function assertTapesBits(make: () => Job): void {
  const expected = scoped(() => trainedBy(make(), byTape));
  for (const way of WAYS) assertEquals(scoped(() => trainedBy(make(), byProgram(way))), expected);
}

const net = fc.record({
  seed: fc.integer(),
  rows: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 60, max: 140 })),
  widths: fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 2, maxLength: 6 }),
  reluAfter: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  reduction: fc.constantFrom<LossSpec["reduction"]>("sum", "mean"),
  wild: fc.boolean(),
});

Deno.test("a program has the bits of tape and optimizer for any net, NaN, infinities and denormals included", () => {
  fc.assert(
    fc.property(net, ({ seed, rows, widths, reluAfter, reduction, wild }) => {
      const specs = widths.slice(1).flatMap((width, i): LayerSpec[] => [
        { kind: "linear", inFeatures: widths[i], outFeatures: width },
        ...(reluAfter[i] ? [{ kind: "relu" } as const] : []),
      ]).concat({ kind: "softmax" });
      assertTapesBits(() => {
        const numbers = new Numbers(seed);
        const draw = (...shape: number[]) => wild ? numbers.wild(...shape) : numbers.tensor(...shape);
        const model = makeSequential(specs);
        for (const { value } of model.parameters) kernels.copy(value, draw(...value.shape));
        const x = draw(rows, widths[0]);
        const labels = numbers.integers("uint8", widths[widths.length - 1], rows);
        const record = (tape: Recording) => {
          const probabilities = forward(model, tape, tape.input(x));
          const loss = crossEntropyLoss(tape, probabilities, labels, { reduction, clamp: seed % 2 ? 1e-10 : 0 });
          return { loss, keep: [probabilities, loss] };
        };
        return { parameters: [...model.parameters], record };
      });
    }),
    { numRuns: 300 },
  );
});

/** Ops that take squares of one size to another, so that any may follow any. */
const SQUARE_OPS: Op[] = [add, sub, mul, matmul, scale, relu, exp, clamp];
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
  return makeSequential([...layers.slice(0, -1), "softmax"].map(parseLayer));
}

function bytesOf(shareMemory: boolean, isTraining: boolean): number {
  return scoped(() => {
    const model = deepNet(64);
    const recording = new Recording();
    const probabilities = forward(model, recording, recording.input(wasmBackend.tensor([128, 64])));
    const loss = crossEntropyLoss(recording, probabilities, new Numbers(1).integers("uint8", 10, 128), {
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

Deno.test("a program steps a weight at once only where nothing else needs its value or its gradient", () => {
  const descendedOf = (record: (tape: Recording, w: Node, v: Node, b: Node, x: Node) => Node) =>
    scoped(() => {
      const numbers = new Numbers(1);
      const [w, v] = ["w", "v"].map((name) => parameterOf(name, numbers.tensor(3, 3)));
      const b = parameterOf("b", numbers.tensor(3));
      const tape = new Recording();
      const out = record(
        tape,
        tape.parameter(w),
        tape.parameter(v),
        tape.parameter(b),
        tape.input(numbers.tensor(3, 3)),
      );
      const loss = tape.apply(sum, [out]);
      const { descended } = compile(tape, wasmBackend, { keep: [loss], loss, descentRate: LR });
      return [...descended].map(({ name }) => name);
    });
  assertEquals(descendedOf((tape, w, _v, b, x) => tape.apply(linear, [x, w, b])), ["w"]);
  // As a factor of two layers, as a term beside its layer, and where an op has no such backward.
  assertEquals(descendedOf((tape, w, _v, b, x) => tape.apply(linear, [tape.apply(linear, [x, w, b]), w, b])), []);
  assertEquals(descendedOf((tape, w, _v, b, x) => tape.apply(add, [tape.apply(linear, [x, w, b]), w])), []);
  assertEquals(
    descendedOf((tape, w, v, b, x) => tape.apply(addRow, [tape.apply(add, [tape.apply(mul, [x, v]), w]), b])),
    [],
  );
});

Deno.test("a program's runs take no memory", () => {
  scoped(() => {
    const model = deepNet(20);
    const tape = new Recording();
    const p = forward(model, tape, tape.input(new Numbers(1).tensor(70, 20)));
    const labels = new Numbers(2).integers("uint8", 10, 70);
    const loss = crossEntropyLoss(tape, p, labels, { reduction: "mean", clamp: 0 });
    const program = compile(tape, wasmBackend, { keep: [loss], loss, descentRate: LR });
    const before = mark();
    program.run();
    assertStrictEquals(mark(), before);
  });
});

Deno.test("a recording's node has no value before it is compiled, and says so", () => {
  scoped(() => {
    const tape = new Recording();
    const node = tape.apply(relu, [tape.input(wasmBackend.tensor([2, 3]))]);
    assertThrows(() => node.value, Error, "float32 [2, 3] of a recording has no memory");
    compile(tape, plainBackend, { keep: [node], loss: null }).run();
    assertEquals([...node.value.data], [0, 0, 0, 0, 0, 0]);
  });
});

Deno.test("only ops of one input are computed in place", () => {
  assertEquals(ops.filter(({ inPlace, cases }) => inPlace && cases[0].shapes.length !== 1), []);
});
