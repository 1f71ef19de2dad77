/** A record of operations: what is applied to what, with shapes and without numbers. */
import { ShapeError } from "../errors.ts";
import type { Op, Settings, Shape } from "../ops/op.ts";
import type { Parameter } from "../parameter.ts";
import { describe, type Tensor } from "../tensor.ts";

/** A value that the record speaks of. */
export interface Node {
  readonly shape: Shape;
  /**
   * The numbers.
   * @throws Error while the value has no memory: on a recording that was not compiled, or did not keep it.
   */
  readonly value: Tensor;
  /** ∂loss/∂value; null where no parameter lies behind the value, or it was not kept. */
  readonly gradient: Tensor | null;
}

/** An operation that was applied. */
export interface Step {
  readonly op: Op;
  readonly settings: Settings;
  readonly inputs: readonly Variable[];
  readonly out: Variable;
}

/** A node with what the record knows of it. */
export class Variable implements Node {
  gradient: Tensor | null;
  #value: Tensor | null;

  /** `given`: the tensor of an input; `parameter`: the parameter that this is. */
  constructor(
    readonly shape: Shape,
    readonly needsGradient: boolean,
    readonly parameter: Parameter | null,
    given: Tensor | null,
  ) {
    this.#value = given;
    this.gradient = parameter === null ? null : parameter.gradient;
  }

  get value(): Tensor {
    if (this.#value === null) {
      throw new Error(`${describe({ dtype: "float32", shape: this.shape })} of a recording has no memory to read.`);
    }
    return this.#value;
  }

  /** Gives the node its memory. */
  place(value: Tensor, gradient: Tensor | null): void {
    this.#value = value;
    this.gradient = gradient;
  }
}

/** What was recorded, as plain data: for drawings and explanations. */
export interface RecordingDescription {
  /** In the order in which they came into the record. `parameter` is null for all but parameters. */
  values: { shape: Shape; parameter: string | null; hasGradient: boolean }[];
  /** In the order in which they are computed; `inputs` and `output` are places in `values`. */
  steps: { op: string; inputs: number[]; output: number; settings: Settings }[];
}

/** Records operations without computing them; `compile` makes a program of it. */
export class Recording {
  readonly steps: Step[] = [];
  readonly #variables = new Set<Variable>();
  readonly #byParameter = new Map<Parameter, Variable>();

  /** Puts a tensor on the record that needs no gradient: a batch of inputs. */
  input(value: Tensor): Node {
    return this.#add(new Variable(value.shape, false, null, value));
  }

  /** Puts a parameter on the record; the same node however often it is asked for. */
  parameter(parameter: Parameter): Node {
    let variable = this.#byParameter.get(parameter);
    if (variable === undefined) {
      variable = this.#add(new Variable(parameter.value.shape, true, parameter, parameter.value));
      this.#byParameter.set(parameter, variable);
    }
    return variable;
  }

  /**
   * Records that an operation is applied.
   * @throws ShapeError when the inputs' shapes do not fit.
   */
  apply(op: Op, inputs: readonly Node[], settings?: Settings): Node {
    return this.record(op, inputs, settings).out;
  }

  /** The record, operation by operation, as it was applied. */
  describe(): RecordingDescription {
    const variables = [...this.#variables];
    const place = (variable: Variable) => variables.indexOf(variable);
    return {
      values: variables.map(({ shape, needsGradient, parameter }) => ({
        shape,
        parameter: parameter?.name ?? null,
        hasGradient: needsGradient,
      })),
      steps: this.steps.map(({ op, settings, inputs, out }) => ({
        op: op.name,
        inputs: inputs.map(place),
        output: place(out),
        settings,
      })),
    };
  }

  /**
   * A node as the record knows it.
   * @throws ShapeError when it belongs to another record.
   */
  own(node: Node): Variable {
    const variable = node as Variable;
    if (this.#variables.has(variable)) return variable;
    throw new ShapeError(
      `A node of another tape was used: ${describe({ dtype: "float32", shape: node.shape })}. ` +
        "Record the whole step on one tape.",
    );
  }

  protected record(op: Op, inputs: readonly Node[], settings: Settings): Step {
    const sources = inputs.map((node) => this.own(node));
    const shape = op.shape(sources.map((source) => source.shape), settings);
    const out = this.#add(new Variable(shape, sources.some(({ needsGradient }) => needsGradient), null, null));
    const step = { op, settings, inputs: sources, out };
    this.steps.push(step);
    return step;
  }

  #add(variable: Variable): Variable {
    this.#variables.add(variable);
    return variable;
  }
}
