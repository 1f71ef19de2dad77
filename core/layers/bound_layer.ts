/**
 * Models as text, one entry per layer: `["linear(784,30)", "relu", "linear(30,10)", "softmax"]`. Parsing needs no kernels,
 * so that an experiment can be checked without loading them.
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
 * @param layers The layers that there are.
 * @throws FormatError that names the layers that there are, or says how this one is written.
 */
export function parseLayer(text: string, layers: readonly LayerDefinition[]): BoundLayer {
  const [, name, written = ""] = /^([a-z_][\w-]*)\s*(?:\(([^()]*)\))?$/i.exec(text.trim()) ?? [];
  const known = layers.map((layer) => usageOf(layer.name, layer.args)).join(", ");
  if (name === undefined) throw new FormatError(`Expected a layer (${known}), but found ${JSON.stringify(text)}.`);
  const definition = layers.find((layer) => layer.name === name);
  if (definition === undefined) {
    const meant = layers.find((layer) => isSlip(name.toLowerCase(), layer.name));
    const question = meant === undefined ? "" : ` Did you mean "${meant.name}"?`;
    throw new FormatError(`There is no layer "${name}".${question} Known layers: ${known}.`);
  }
  const args = parseArgs(name, definition.args, written);
  const values = Object.values(args);
  return { definition, args, text: values.length === 0 ? name : `${name}(${values.join(",")})` };
}

/** Parses the layers of a model. @throws FormatError as `parseLayer` does. */
export function parseModel(texts: readonly string[], layers: readonly LayerDefinition[]): BoundLayer[] {
  return texts.map((text) => parseLayer(text, layers));
}

/** Whether two words agree at their beginning and end in at least half of their letters. */
function isSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  let [start, end] = [0, 0];
  while (start < shorter && a[start] === b[start]) start++;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return 2 * (start + end) >= Math.max(a.length, b.length);
}
