/**
 * Models as text, one entry per layer: `["linear(784,30)", "relu", "linear(30,10)", "softmax"]`. Parsing needs no kernels,
 * so an experiment can be checked without loading them.
 */
import { FormatError } from "../errors.ts";
import type { LayerDefinition } from "./layer.ts";
import { type ArgSpecs, type ArgValues, parseArgs, usageOf } from "./layer_args.ts";

/** A layer of a model: a definition and its arguments. */
export interface BoundLayer {
  readonly definition: LayerDefinition;
  readonly args: ArgValues<ArgSpecs>;
  /** Its canonical text, with every argument: "linear(784,30)". */
  readonly text: string;
}

/**
 * Parses one layer, such as "linear(784,30)".
 * @param layers The available layers.
 * @throws FormatError that lists the available layers or explains the syntax of this one.
 */
export function parseLayer(text: string, layers: readonly LayerDefinition[]): BoundLayer {
  const [, name, argsText = ""] = /^([a-z_][\w-]*)\s*(?:\(([^()]*)\))?$/i.exec(text.trim()) ?? [];
  const definition = layers.find((layer) => layer.name === name);
  if (definition === undefined) {
    const available = layers.map((layer) => usageOf(layer.name, layer.args)).join(", ");
    throw new FormatError(`Expected one of the layers ${available}, but found ${JSON.stringify(text)}.`);
  }
  const args = parseArgs(name, definition.args, argsText);
  const values = Object.values(args);
  return { definition, args, text: values.length === 0 ? name : `${name}(${values.join(",")})` };
}

/** Parses the layers of a model. @throws FormatError as `parseLayer` does. */
export function parseModel(texts: readonly string[], layers: readonly LayerDefinition[]): BoundLayer[] {
  return texts.map((text) => parseLayer(text, layers));
}
