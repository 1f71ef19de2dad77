/**
 * The contract of layers. One file defines a layer: its arguments (`linear(784,30)`, `dropout(p=0.2)`), its shapes, its
 * parameters, and what it records. Without zod, which would be most of a page's code.
 */
import type { Node, Recording } from "../autograd/recording.ts";
import { declared, type Written } from "../declared.ts";
import { FormatError } from "../errors.ts";
import type { ModelOutput } from "../model_output.ts";
import type { Shape } from "../ops/op.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Draws } from "./layer_draws.ts";
import type { OnnxNode } from "./onnx_node.ts";

/**
 * The initial values of a parameter in PyTorch, as plain data: uniform within ± a bound, or constant. core/inits draws
 * them, because pages that only compute forward need no random numbers.
 */
export type Draw = { readonly uniform: number } | { readonly constant: number };

/** A parameter of a layer. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly draw: Draw;
}

/** A tensor that a layer keeps between steps and that no gradient changes: running statistics. It is part of checkpoints. */
export interface BufferSpec {
  readonly shape: Shape;
  /** What it is filled with at first. */
  readonly constant: number;
}

/** Layers that act only in training (dropout) record something else in evaluation. */
export type Mode = "train" | "evaluate";

/** The inputs of a layer's `forward`. */
export interface LayerContext<A extends ArgSpecs> {
  readonly tape: Recording;
  /** The layer's input, `[N, …]`. */
  readonly x: Node;
  readonly parameters: Readonly<Record<string, Node>>;
  readonly args: ArgValues<A>;
  readonly mode: Mode;
  /** The layer's buffers by name. Ops read and change them when they run. */
  readonly buffers: Readonly<Record<string, Tensor>>;
  /** Random numbers, for training. */
  readonly draws: Draws;
}

/** The definition of a layer. */
export interface LayerDefinition<A extends ArgSpecs = ArgSpecs> {
  /** Its name in experiments: "linear", "relu". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** The arguments in their order in the text: `linear(in,out)`. */
  readonly args: A;
  /** The shape of an example, without the batch, that the arguments require. Omitted by layers that accept any shape. */
  takes?(args: ArgValues<A>): Shape;
  /** The shape of an example after the layer. @throws ShapeError that states which shapes the layer accepts. */
  shape(input: Shape, args: ArgValues<A>): Shape;
  /** The parameters by name ("weight"), in the order in which PyTorch draws them. */
  parameters?(input: Shape, args: ArgValues<A>): Readonly<Record<string, ParameterSpec>>;
  /** The buffers by name ("running_mean"), as in torch's state_dict. */
  buffers?(input: Shape, args: ArgValues<A>): Readonly<Record<string, BufferSpec>>;
  /** The fewest rows of a batch that it can be trained on. Default: 1. */
  leastRows?(input: Shape, args: ArgValues<A>): number;
  /** Records the layer and returns its output, `[N, …]`. */
  forward(context: LayerContext<A>): Node;
  /**
   * PyTorch's module, as an expression: "nn.Linear(784, 30)". Its parameters have the same names. `export` refuses a
   * model with a layer that does not have it.
   */
  torch?(args: ArgValues<A>, input: Shape): string;
  /** The same for ONNX: the layer in evaluation, as nodes in order; none if it then changes nothing. */
  onnx?(args: ArgValues<A>, input: Shape): readonly OnnxNode[];
  /** If the outputs are class probabilities, or their logarithms. A loss of these requires such a layer as the last one. */
  readonly outputs?: Extract<ModelOutput, "probabilities" | "log-probabilities">;
  /** True for an activation function: a function of each single value, whose curve can be drawn. */
  readonly activation?: true;
  /**
   * True if the last bit of a row's output can depend on the size of the batch, as PyTorch's does for some functions. Such a
   * model is evaluated batch by batch.
   */
  readonly perBatch?: true;
}

/** Declares a layer. */
export function defineLayer<const A extends ArgSpecs>(layer: Written<LayerDefinition<A>, "args">): LayerDefinition {
  return declared("layers", { args: {}, ...layer });
}

/** One argument: a number, true or false, or one of several words. It is required if it has no default. */
export type ArgSpec =
  | {
    readonly type: "integer" | "number";
    /** The smallest and the largest value, and an exclusive upper bound. */
    readonly min?: number;
    readonly max?: number;
    readonly below?: number;
    readonly default?: number;
  }
  | { readonly type: "boolean"; readonly default?: boolean }
  | { readonly type: "word"; readonly values: readonly string[]; readonly default?: string };

/** A size, or a number of channels. */
export const POSITIVE_INTEGER = { type: "integer", min: 1 } as const;

/** The arguments of a layer by name, in their order in the text. */
export type ArgSpecs = Readonly<Record<string, ArgSpec>>;

type ValueOf = { integer: number; number: number; boolean: boolean; word: string };

/** The values of arguments, by name. */
export type ArgValues<A extends ArgSpecs> = { readonly [K in keyof A]: ValueOf[A[K]["type"]] };

/** The syntax of a layer, for messages: "linear(in,out)", "dropout(p=0.5)", "relu". */
export function usageOf(name: string, specs: ArgSpecs): string {
  const args = Object.entries(specs).map(([arg, { default: value }]) => value === undefined ? arg : `${arg}=${value}`);
  return args.length === 0 ? name : `${name}(${args.join(",")})`;
}

/**
 * The canonical text between the parentheses: arguments that equal their defaults are left out, and from the first
 * such one, or true or false, on they are written by name: "1,6,5,padding=2", "784,30,bias=false".
 */
export function argsText(specs: ArgSpecs, values: ArgValues<ArgSpecs>): string {
  const all = Object.entries(specs).map(([name, spec]) => ({
    name,
    value: values[name],
    isDefault: values[name] === spec.default,
  }));
  const firstNamed = all.findIndex(({ value, isDefault }) => isDefault || typeof value === "boolean");
  return all.flatMap(({ name, value, isDefault }, i) =>
    isDefault ? [] : [firstNamed >= 0 && firstNamed <= i ? `${name}=${value}` : `${value}`]
  ).join(",");
}

/** Parses the text between the parentheses. @throws FormatError that explains the error and the layer's syntax. */
export function parseArgs(layer: string, specs: ArgSpecs, given: string): ArgValues<ArgSpecs> {
  const names = Object.keys(specs);
  const fail = (what: string) => new FormatError(`${layer}(${given}): ${what}. Write ${usageOf(layer, specs)}.`);
  const texts = new Map<string, string>();
  const parts = given.trim() === "" ? [] : given.split(",");
  if (parts.length > names.length) throw fail("too many arguments");
  parts.forEach((part, i) => {
    const equals = part.indexOf("=");
    const name = equals < 0 ? names[i] : part.slice(0, equals).trim();
    if (!names.includes(name)) throw fail(`there is no argument "${name}"`);
    if (texts.has(name)) throw fail(`"${name}" is given twice`);
    texts.set(name, part.slice(equals + 1).trim());
  });
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const text = texts.get(name);
      const value = text === undefined ? spec.default : parseValue(spec, text);
      if (value !== undefined) return [name, value];
      throw fail(
        text === undefined ? `"${name}" is missing` : `"${name}" must be ${kindOf(spec, text)}, but is "${text}"`,
      );
    }),
  );
}

function parseValue(spec: ArgSpec, text: string): number | boolean | string | undefined {
  if (spec.type === "word") return spec.values.find((value) => value === text);
  if (spec.type === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  const { min = -Infinity, max = Number.MAX_SAFE_INTEGER, below = Infinity } = spec;
  const value = (spec.type === "integer" ? /^\d+$/ : /^[-+.\de]+$/i).test(text) ? Number(text) : NaN;
  return value >= min && value <= max && value < below ? value : undefined;
}

/** The valid values of an argument: "an integer of at least 1"; the limit of all numbers if a text is above it. */
function kindOf(spec: ArgSpec, text: string): string {
  if (spec.type === "boolean") return "true or false";
  if (spec.type === "word") return `one of ${spec.values.join(", ")}`;
  const limit = Number(text) > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : undefined;
  const max = spec.max ?? (spec.below === undefined ? limit : undefined);
  const bounds = Object.entries({ "of at least": spec.min, "at most": max, "below": spec.below });
  const bounded = bounds.filter(([, bound]) => bound !== undefined).map((bound) => bound.join(" ")).join(" and ");
  return `${spec.type === "integer" ? "an integer" : "a number"} ${bounded}`.trim();
}
