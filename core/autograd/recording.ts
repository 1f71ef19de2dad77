/** Recordings: which operations are applied to what, with shapes but without numbers. */
import { ShapeError } from "../errors.ts";
import type { Formula, Op, Settings, Shape } from "../ops/op.ts";
import type { Parameter } from "../parameter.ts";
import { describe, type Tensor } from "../tensor.ts";

/** A value of a recording. */
export interface Node {
  readonly shape: Shape;
  /**
   * The numbers.
   * @throws Error while the value has no memory, because the recording was not compiled.
   */
  readonly value: Tensor;
  /** ∂loss/∂value; null if the value depends on no parameter, or has no memory. */
  readonly gradient: Tensor | null;
}

/** An applied operation. */
export interface Step {
  readonly op: Op;
  readonly settings: Settings;
  readonly inputs: readonly Variable[];
  readonly out: Variable;
}

/** A node as the recording sees it. */
export class Variable implements Node {
  gradient: Tensor | null;
  #value: Tensor | null;

  /** @param given The tensor of an input or a parameter; null for what is computed. */
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
      throw new Error(
        `${
          describe({ dtype: "float32", shape: this.shape })
        } of a recording has no memory; compile the recording first.`,
      );
    }
    return this.#value;
  }

  /** Gives the node its memory. */
  place(value: Tensor, gradient: Tensor | null): void {
    this.#value = value;
    this.gradient = gradient;
  }
}

/** A recording as plain data, for drawings and explanations. */
export interface RecordingDescription {
  /** In the order in which they were recorded. `parameter` is a parameter's name, else null. */
  values: { shape: Shape; parameter: string | null; hasGradient: boolean }[];
  /** In the order in which they are computed; `inputs` and `output` are indices into `values`. */
  steps: { op: string; formula: Formula | null; inputs: number[]; output: number; settings: Settings }[];
}

/** Records operations without computing them; `compile` turns it into a program. */
export class Recording {
  readonly steps: Step[] = [];
  readonly #variables = new Set<Variable>();
  readonly #byParameter = new Map<Parameter, Variable>();

  /** Records a tensor that needs no gradient: a batch of inputs. */
  input(value: Tensor): Node {
    return this.#add(new Variable(value.shape, false, null, value));
  }

  /** Records a parameter; the same node every time. */
  parameter(parameter: Parameter): Node {
    let variable = this.#byParameter.get(parameter);
    if (variable === undefined) {
      variable = this.#add(new Variable(parameter.value.shape, true, parameter, parameter.value));
      this.#byParameter.set(parameter, variable);
    }
    return variable;
  }

  /**
   * Records an operation.
   * @throws ShapeError when the op does not accept the inputs' shapes, or an input is a node of another recording.
   */
  apply(op: Op, inputs: readonly Node[], settings?: Settings): Node {
    return this.record(op, inputs, settings).out;
  }

  /** Everything recorded so far. */
  describe(): RecordingDescription {
    const variables = [...this.#variables];
    const indexOf = (variable: Variable) => variables.indexOf(variable);
    return {
      values: variables.map(({ shape, needsGradient, parameter }) => ({
        shape,
        parameter: parameter?.name ?? null,
        hasGradient: needsGradient,
      })),
      steps: this.steps.map(({ op, settings, inputs, out }) => ({
        op: op.name,
        formula: op.formula ?? null,
        inputs: inputs.map(indexOf),
        output: indexOf(out),
        settings,
      })),
    };
  }

  /**
   * The variable of a node.
   * @throws ShapeError when the node belongs to another recording.
   */
  own(node: Node): Variable {
    const variable = node as Variable;
    if (this.#variables.has(variable)) return variable;
    throw new ShapeError(
      `${
        describe({ dtype: "float32", shape: node.shape })
      } is a node of another tape. Record the whole step on one tape.`,
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
