/** Recordings: which operations are applied to what, with shapes but without numbers. */
import { ShapeError } from "../errors.ts";
import { type Op, type Settings, type Shape, shapeText } from "../ops/op.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A value of a recording. */
export class Node {
  /** ∂loss/∂value; null if the value depends on no parameter, or has no memory. */
  gradient: Tensor | null;
  #value: Tensor | null;

  /**
   * @param needsGradient True if the value depends on a parameter.
   * @param parameter The recorded parameter; null for all other nodes.
   * @param given The tensor of an input or a parameter; null for computed values.
   */
  constructor(
    readonly shape: Shape,
    readonly needsGradient: boolean,
    readonly parameter: Parameter | null,
    given: Tensor | null,
  ) {
    this.#value = given;
    this.gradient = parameter && parameter.gradient;
  }

  /** The numbers. @throws Error if the value has no memory because the recording has not been compiled. */
  get value(): Tensor {
    if (this.#value !== null) return this.#value;
    throw new Error(`The node of shape ${shapeText(this.shape)} has no memory. Compile its recording first.`);
  }

  /** Sets the memory of a computed value and of its gradient. */
  setMemory(value: Tensor, gradient: Tensor | null): void {
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
export type RecordingDescription = ReturnType<Recording["describe"]>;

/** Records operations without computing them; `compile` turns it into a program. */
export class Recording {
  readonly steps: Step[] = [];
  readonly #nodes = new Set<Node>();
  readonly #byParameter = new Map<Parameter, Node>();

  /** Records a tensor without a gradient, such as a batch of inputs. */
  input(value: Tensor): Node {
    return this.#add(new Node(value.shape, false, null, value));
  }

  /** Records a parameter. Returns the same node every time. */
  parameter(parameter: Parameter): Node {
    // Not getOrInsertComputed: pages run this, and not all browsers have it.
    const known = this.#byParameter.get(parameter);
    if (known !== undefined) return known;
    const node = this.#add(new Node(parameter.value.shape, true, parameter, parameter.value));
    this.#byParameter.set(parameter, node);
    return node;
  }

  /** Records an operation. @throws ShapeError for inputs that the op does not accept, or of another recording. */
  apply(op: Op, inputs: readonly Node[], settings?: Settings): Node {
    this.checkOwned(...inputs);
    const shape = op.shape(inputs.map((input) => input.shape), settings);
    const out = this.#add(new Node(shape, inputs.some(({ needsGradient }) => needsGradient), null, null));
    this.steps.push({ op, settings, inputs, out });
    return out;
  }

  /**
   * Everything recorded so far: values in the order of recording, with the names of parameters, and steps in the order of
   * computation, whose inputs and output are indices into `values`.
   */
  describe() {
    const nodes = [...this.#nodes];
    return {
      values: nodes.map(({ shape, needsGradient, parameter }) => ({
        shape,
        parameter: parameter?.name ?? null,
        hasGradient: needsGradient,
      })),
      steps: this.steps.map(({ op, settings, inputs, out }) => ({
        op: op.name,
        formula: op.formula ?? null,
        inputs: inputs.map((input) => nodes.indexOf(input)),
        output: nodes.indexOf(out),
        settings,
      })),
    };
  }

  /** Checks that nodes belong to this recording. @throws ShapeError if one does not. */
  checkOwned(...nodes: readonly Node[]): void {
    const other = nodes.find((node) => !this.#nodes.has(node));
    if (other === undefined) return;
    throw new ShapeError(
      `The node of shape ${shapeText(other.shape)} belongs to another tape. Record the whole step on one tape.`,
    );
  }

  #add(node: Node): Node {
    this.#nodes.add(node);
    return node;
  }
}
