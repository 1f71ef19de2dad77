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
    const meant = layers.find((layer) => letters(layer.name) === letters(name ?? ""));
    const available = (meant === undefined ? layers : [meant]).map(({ name, args }) => `"${usageOf(name, args)}"`);
    const expected = meant === undefined ? "one of the layers " : "the layer ";
    throw new FormatError(`Expected ${expected}${available.join(", ")}, but found ${JSON.stringify(text)}.`);
  }
  const args = parseArgs(name, definition.args, given);
  const written = argsText(definition.args, args);
  return { definition, args, text: written === "" ? name : `${name}(${written})` };
}

/** A name as PyTorch's classes and the layers here have in common: LeakyReLU, leaky-relu. */
function letters(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

/** Parses the layers of a model. @throws FormatError as `parseLayer` does. */
export function parseModel(texts: readonly string[], layers: readonly LayerDefinition[]): BoundLayer[] {
  return texts.map((text) => parseLayer(text, layers));
}
