/** Recordings: which operations are applied to what, with shapes but without numbers. */
import { ShapeError } from "../errors.ts";
import type { Formula, Op, Settings, Shape } from "../ops/op.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { describe, type Tensor } from "../tensor/tensor.ts";

/** A value of a recording. */
export class Node {
  /** ∂loss/∂value; null if the value depends on no parameter, or has no memory. */
  gradient: Tensor | null;
  #value: Tensor | null;

  /**
   * @param needsGradient Whether the value depends on a parameter.
   * @param parameter The parameter that this is, if it is one.
   * @param given The tensor of an input or a parameter; null for what is computed.
   */
  constructor(
    readonly shape: Shape,
    readonly needsGradient: boolean,
    readonly parameter: Parameter | null,
    given: Tensor | null,
  ) {
    this.#value = given;
    this.gradient = parameter === null ? null : parameter.gradient;
  }

  /**
   * The numbers.
   * @throws Error while the value has no memory, because the recording was not compiled.
   */
  get value(): Tensor {
    if (this.#value !== null) return this.#value;
    const what = describe({ dtype: "float32", shape: this.shape });
    throw new Error(`${what} of a recording has no memory; compile the recording first.`);
  }

  /** Gives the node its memory. */
  place(value: Tensor, gradient: Tensor | null): void {
    this.#value = value;
    this.gradient = gradient;
  }
}

/** An applied operation. */
export interface Step {
  readonly op: Op;
  readonly settings: Settings;
  readonly inputs: readonly Node[];
  readonly out: Node;
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
  readonly #nodes = new Set<Node>();
  readonly #byParameter = new Map<Parameter, Node>();

  /** Records a tensor that needs no gradient: a batch of inputs. */
  input(value: Tensor): Node {
    return this.#add(new Node(value.shape, false, null, value));
  }

  /** Records a parameter; the same node every time. */
  parameter(parameter: Parameter): Node {
    let node = this.#byParameter.get(parameter);
    if (node === undefined) {
      node = this.#add(new Node(parameter.value.shape, true, parameter, parameter.value));
      this.#byParameter.set(parameter, node);
    }
    return node;
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
    const nodes = [...this.#nodes];
    const indexOf = (node: Node) => nodes.indexOf(node);
    return {
      values: nodes.map(({ shape, needsGradient, parameter }) => ({
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

  /** Checks that nodes are of this recording. @throws ShapeError when one is not. */
  mustOwn(...nodes: readonly Node[]): void {
    const foreign = nodes.find((node) => !this.#nodes.has(node));
    if (foreign === undefined) return;
    const what = describe({ dtype: "float32", shape: foreign.shape });
    throw new ShapeError(`${what} is a node of another tape. Record the whole step on one tape.`);
  }

  protected record(op: Op, inputs: readonly Node[], settings: Settings): Step {
    this.mustOwn(...inputs);
    const shape = op.shape(inputs.map((input) => input.shape), settings);
    const out = this.#add(new Node(shape, inputs.some(({ needsGradient }) => needsGradient), null, null));
    const step = { op, settings, inputs, out };
    this.steps.push(step);
    return step;
  }

  #add(node: Node): Node {
    this.#nodes.add(node);
    return node;
  }
}
