/** How the layers of a model are written for another tool: each one says so itself, in its definition. */
import type { LayerDefinition } from "../../../core/layers/layer.ts";
import { DefinitionError } from "../../engine/run_errors.ts";
import type { ExportedModel } from "../kinds/exported_model.ts";

/** The fields of layers for other tools: the tool's name, and what to add to a layer that lacks the field. */
const FIELDS = {
  torch: { tool: "PyTorch", example: 'torch: () => "nn.SiLU()"' },
  onnx: { tool: "ONNX", example: 'onnx: () => [{ op: "Sigmoid", output: "s" }, { op: "Mul", inputs: ["x", "s"] }]' },
} as const;

/** What one of these fields returns. */
type Written<F extends keyof typeof FIELDS> = ReturnType<NonNullable<LayerDefinition[F]>>;

/** What a model's layers return, in order. @throws DefinitionError that names a layer without the field, and an example. */
export function writtenLayers<F extends keyof typeof FIELDS>(
  { layers, shapes }: Pick<ExportedModel, "layers" | "shapes">,
  field: F,
): Written<F>[] {
  return layers.map(({ definition, args, text }, i) => {
    const written = definition[field]?.(args, shapes[i]);
    if (written !== undefined) return written as Written<F>;
    const { tool, example } = FIELDS[field];
    throw new DefinitionError(
      `Layer ${i} ${text} does not say how it is written for ${tool}. Add the field "${field}" to its definition; for ` +
        `example, if it is x · sigmoid(x): ${example}. Or choose another target.`,
    );
  });
}
