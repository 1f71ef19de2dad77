/** The param "model": a list of layers, or layers together with named sizes that their texts refer to. */
import { z } from "zod";
import { checkModel, parseLayer, parseModel } from "../../../core/layers/model_layers.ts";
import { type LayerDefinition, usageOf } from "../../../core/layers/layer.ts";

/** An argument that can be a name, with what is before it: "hidden" in "linear(784,hidden)". */
const NAME = /([(,=]\s*)([a-z_]\w*)(?=\s*[,)])/gi;

/**
 * The schema. `{ "layers": ["linear(784,hidden)", …], "hidden": 30 }` becomes the list of texts with numbers, so that a
 * model has one form in keys and results.
 */
export function modelParam(layers: readonly LayerDefinition[]): z.ZodType<string[]> {
  const usages = layers.map(({ name, args }) => `"${usageOf(name, args)}"`);
  const texts = z.array(z.string()).min(1).describe(
    `Layers in order: ${usages.join(", ")}. The last one outputs what the loss takes.`,
  );
  const size = z.int({ error: 'an integer for a size that "layers" refers to' }).min(1)
    .describe("A size by its name: 30, where layers contain it as in linear(784,hidden).");
  const withSizes = z.object({ layers: texts }).catchall(size).describe("Layers that refer to sizes by their names.");
  return z.union([texts, withSizes]).transform((given, context) => {
    const isList = Array.isArray(given);
    const { layers: own, ...named } = isList ? { layers: given } : given;
    const sizes = new Map<string, number>(Object.entries(named));
    const unused = new Set(sizes.keys());
    const model = own.map((text) =>
      text.replace(NAME, (argument, before: string, name: string) => {
        unused.delete(name);
        return sizes.has(name) ? `${before}${sizes.get(name)}` : argument;
      })
    );
    model.forEach((text, i) =>
      addIssue(context, isList ? [i] : ["layers", i], () => checkLayer(text, layers, [...sizes.keys()]))
    );
    for (const name of unused) {
      const message = `no layer refers to this size, as linear(784,${name}) would. Remove or rename it.`;
      context.addIssue({ code: "custom", path: [name], message });
    }
    return model;
  }).superRefine((model, context) => addIssue(context, [], () => checkModel(parseModel(model, layers)))).describe(
    "The layers, as a list or with named sizes.",
  );
}

/** @throws FormatError for an invalid layer; of an argument that is a name, it says where its value has to be. */
function checkLayer(text: string, layers: readonly LayerDefinition[], names: readonly string[]): void {
  try {
    parseLayer(text, layers);
  } catch (error) {
    const [, , name] = [...text.matchAll(NAME)][0] ?? [];
    if (name === undefined || !(error as Error).message.includes("must be an integer")) throw error;
    const known = names.length === 0 ? `{ "layers": […], "${name}": 30 }` : `the model has ${names.join(", ")}`;
    (error as Error).message += ` A named size needs a value beside the layers: ${known}.`;
    throw error;
  }
}

function addIssue(context: z.RefinementCtx, path: PropertyKey[], check: () => void): void {
  try {
    check();
  } catch (error) {
    context.addIssue({ code: "custom", path, message: (error as Error).message });
  }
}
