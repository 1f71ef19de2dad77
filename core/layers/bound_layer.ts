/** Models as text, one entry per layer. Parsing loads no kernels, so experiments can be checked without them. */
import { FormatError } from "../errors.ts";
import type { LayerDefinition } from "./layer.ts";
import { type ArgSpecs, argsText, type ArgValues, parseArgs, usageOf } from "./layer_args.ts";

/** A layer of a model: a definition and its arguments. */
export interface BoundLayer {
  readonly definition: LayerDefinition;
  readonly args: ArgValues<ArgSpecs>;
  /** Its canonical text, without arguments that equal their defaults: "linear(784,30)". */
  readonly text: string;
}

/** Parses one of `layers`, such as "linear(784,30)". @throws FormatError that lists them or explains the syntax. */
export function parseLayer(text: string, layers: readonly LayerDefinition[]): BoundLayer {
  const [, name, given = ""] = /^([a-z_][\w-]*)\s*(?:\(([^()]*)\))?$/i.exec(text.trim()) ?? [];
  const definition = layers.find((layer) => layer.name === name);
  if (definition === undefined) {
    const available = layers.map((layer) => `"${usageOf(layer.name, layer.args)}"`).join(", ");
    throw new FormatError(`Expected one of the layers ${available}, but found ${JSON.stringify(text)}.`);
  }
  const args = parseArgs(name, definition.args, given);
  const written = argsText(definition.args, args);
  return { definition, args, text: written === "" ? name : `${name}(${written})` };
}

/** Parses the layers of a model. @throws FormatError as `parseLayer` does. */
export function parseModel(texts: readonly string[], layers: readonly LayerDefinition[]): BoundLayer[] {
  return texts.map((text) => parseLayer(text, layers));
}
