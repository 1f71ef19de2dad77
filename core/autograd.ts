/**
 * Reverse-mode automatic differentiation. A tape records operations as they are applied, so that the value of each is
 * there at once; `backward` then walks the record from its end and gives every parameter its gradient.
 *
 * A record can be replayed on new inputs: same operations, same tensors, nothing allocated. A training loop records
 * one step and replays it for every batch.
 */
import { type Backend, wasmBackend } from "./backend.ts";
import { ShapeError } from "./errors.ts";
import type { GradientTarget, Op, Settings } from "./ops/op.ts";
import { describe, type Tensor } from "./tensor.ts";

/** A tensor that training changes, with its gradient: torch.nn.Parameter. */
export interface Parameter {
  /** As in torch's state_dict: "0.weight". */
  readonly name: string;
  readonly value: Tensor;
  /** ∂loss/∂value, of the same shape. Meaningless while `gradientIsZero`. */
  readonly gradient: Tensor;
  /** True after `zeroGradients`: the next backward overwrites the gradient instead of adding to it. */
  gradientIsZero: boolean;
}

/** A value on the tape. */
export interface Node {
  readonly value: Tensor;
  /** ∂loss/∂value; null where no parameter lies behind the value. */
  readonly gradient: Tensor | null;
}

interface Step {
  op: Op;
  settings: Settings;
  inputs: Tensor[];
  out: Variable;
  sources: Variable[];
  targets: (GradientTarget | null)[];
}

/** A node with what the tape knows of it. */
interface Variable extends Node {
  target: GradientTarget | null;
  parameter: Parameter | null;
  /** Whether this backward pass has given it a gradient. */
  reached: boolean;
}

/** What is on a tape, as plain data: for drawings and explanations. */
export interface TapeDescription {
  /** In the order in which they came onto the tape. `parameter` is null for all but parameters. */
  values: { shape: readonly number[]; parameter: string | null; hasGradient: boolean }[];
  /** In the order in which they are computed; `inputs` and `output` are places in `values`. */
  steps: { op: string; inputs: number[]; output: number; settings: Settings }[];
}

/** Makes a parameter of a tensor. */
export function parameterOf(name: string, value: Tensor, backend: Backend = wasmBackend): Parameter {
  return { name, value, gradient: backend.tensor(value.shape), gradientIsZero: true };
}

/**
 * Sets gradients to zero, as torch's zero_grad: without it `backward` adds to the gradients that are there (article
 * section "Gradient Descent - Using Pytorch"). Costs nothing: the next backward overwrites.
 */
export function zeroGradients(parameters: readonly Parameter[]): void {
  for (const parameter of parameters) parameter.gradientIsZero = true;
}

/** A record of operations. */
export class Tape {
  #steps: Step[] = [];
  #variables: Variable[] = [];
  #byParameter = new Map<Parameter, Variable>();

  /** Tensors that go on the tape must be `backend`'s own. */
  constructor(readonly backend: Backend = wasmBackend) {}

  /** Puts a tensor on the tape that needs no gradient: a batch of inputs. */
  input(value: Tensor): Node {
    return this.#add({ value, gradient: null, target: null, parameter: null, reached: false });
  }

  /** Puts a parameter on the tape; the same node however often it is asked for. */
  parameter(parameter: Parameter): Node {
    let variable = this.#byParameter.get(parameter);
    if (variable === undefined) {
      const { value, gradient } = parameter;
      variable = this.#add({ value, gradient, target: { gradient, accumulate: false }, parameter, reached: false });
      this.#byParameter.set(parameter, variable);
    }
    return variable;
  }

  /**
   * Applies an operation and records it.
   * @throws ShapeError when the inputs' shapes do not fit.
   */
  apply(op: Op, inputs: readonly Node[], settings?: Settings): Node {
    const sources = inputs.map((node) => this.#own(node));
    const values = sources.map((source) => source.value);
    const { kernels, tensor } = this.backend;
    const value = tensor(op.shape(values.map((input) => input.shape), settings));
    const needsGradient = sources.some((source) => source.gradient !== null);
    const gradient = needsGradient ? tensor(value.shape) : null;
    const target = gradient && { gradient, accumulate: false };
    const out = this.#add({ value, gradient, target, parameter: null, reached: false });
    const step = { op, settings, inputs: values, out, sources, targets: sources.map(() => null) };
    op.forward(kernels, value, values, settings);
    this.#steps.push(step);
    return out;
  }

  /** Computes every recorded value anew from what the inputs and parameters hold now. */
  replay(): void {
    const { kernels } = this.backend;
    for (const { op, out, inputs, settings } of this.#steps) op.forward(kernels, out.value, inputs, settings);
  }

  /**
   * Gives every parameter behind `loss` its gradient ∂loss/∂parameter, adding to gradients that were not set to zero.
   * @throws ShapeError when the loss is not a single number.
   */
  backward(loss: Node): void {
    const root = this.#own(loss);
    if (root.value.size !== 1) {
      throw new ShapeError(
        `backward() starts from a single number, but was given ${describe(root.value)}. Reduce it first.`,
      );
    }
    if (root.gradient === null) return;
    for (const variable of this.#variables) variable.reached = false;
    this.backend.kernels.fill(root.gradient, 1);
    root.reached = true;
    for (let i = this.#steps.length - 1; i >= 0; i--) {
      const step = this.#steps[i];
      if (step.out.gradient === null || !step.out.reached) continue;
      this.#runBackward(step, step.out.gradient);
    }
  }

  /** The record, operation by operation, as it was applied. */
  describe(): TapeDescription {
    const place = (variable: Variable) => this.#variables.indexOf(variable);
    return {
      values: this.#variables.map(({ value, gradient, parameter }) => ({
        shape: value.shape,
        parameter: parameter?.name ?? null,
        hasGradient: gradient !== null,
      })),
      steps: this.#steps.map(({ op, settings, sources, out }) => ({
        op: op.name,
        inputs: sources.map(place),
        output: place(out),
        settings,
      })),
    };
  }

  #runBackward(step: Step, gradient: Tensor): void {
    const { op, sources, targets, inputs, out, settings } = step;
    const { kernels } = this.backend;
    for (let i = 0; i < sources.length; i++) {
      // An input that an op takes twice gets its second share in a call of its own, which adds to the first.
      targets[i] = sources.indexOf(sources[i]) < i ? null : this.#claim(sources[i]);
    }
    op.backward(kernels, gradient, out.value, inputs, targets, settings);
    for (let i = 0; i < sources.length; i++) {
      if (sources.indexOf(sources[i]) === i) continue;
      targets.fill(null);
      targets[i] = this.#claim(sources[i]);
      op.backward(kernels, gradient, out.value, inputs, targets, settings);
    }
  }

  /** The target of a variable: overwritten by the first that gives it a gradient, added to by the others. */
  #claim(variable: Variable): GradientTarget | null {
    const { target, parameter } = variable;
    if (target === null) return null;
    target.accumulate = variable.reached || (parameter !== null && !parameter.gradientIsZero);
    variable.reached = true;
    if (parameter !== null) parameter.gradientIsZero = false;
    return target;
  }

  #add(variable: Variable): Variable {
    this.#variables.push(variable);
    return variable;
  }

  #own(node: Node): Variable {
    const variable = node as Variable;
    if (!this.#variables.includes(variable)) {
      throw new ShapeError(
        `A node of another tape was used: ${describe(node.value)}. Record the whole step on one tape.`,
      );
    }
    return variable;
  }
}
