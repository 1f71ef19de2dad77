/** The weights that training begins with: drawn, or those of a finished run. */
import { z } from "zod";
import { type BoundLayer, bufferSpecs, parameterSpecs } from "../../../core/layers/model_layers.ts";
import { type Library, nameOf } from "../../define/library.ts";
import { ConfigError } from "../../engine/run_errors.ts";
import type { KeptFile, PinContext } from "../../engine/stage/stage.ts";
import { decodeSafetensors } from "../../formats/safetensors.ts";

/** The name of an initialization, or a run with the SHA-256 of its weights, which `pinInit` fills in. */
export type Init = string | { from: string; sha256?: string };

/** The schema of the param. */
export function initParam(inits: Library["inits"]): z.ZodType<Init> {
  const run = z.strictObject({
    from: z.string().min(1).describe(
      "A finished run: its name, or its folder, relative to this file or to the current folder.",
    ),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits").optional().describe(
      "SHA-256 of its weights.safetensors. Default: that of the weights that the run has when the experiment is run.",
    ),
  });
  return z.union([nameOf(inits), run]).default(inits[0].name).describe(
    'How the initial weights are drawn; or { "from": "two-layer" }, the weights of a finished run.',
  );
}

/** Completes the param. @throws ConfigError if the run has other weights than the experiment says, or the model takes. */
export async function pinInit(init: Init, layers: readonly BoundLayer[], context: PinContext): Promise<Init> {
  if (typeof init === "string") return init;
  const weights = await context.fileOfRun(init.from, "weights.safetensors");
  if (init.sha256 !== undefined && init.sha256 !== weights.digest) {
    throw new ConfigError(
      `train.init: the weights of the run ${init.from} must have the SHA-256 ${init.sha256}, but have ${weights.digest}. ` +
        'The run was trained again; to begin with its new weights, correct or remove "sha256".',
    );
  }
  checkWeights(weights, init.from, layers);
  return { from: init.from, sha256: weights.digest };
}

/** What of the param decides the weights: the SHA-256 of a run's, not its name. */
export function keyOfInit(init: Init): string {
  return typeof init === "string" ? init : init.sha256 ?? `the weights of ${init.from}`;
}

/** @throws ConfigError if a run's weights are not those of a model with these layers. */
function checkWeights({ bytes }: KeptFile, run: string, layers: readonly BoundLayer[]): void {
  const found = new Map(decodeSafetensors(bytes, `The weights of ${run}`).tensors.map((one) => [one.name, one.shape]));
  const specs = [...parameterSpecs(layers), ...bufferSpecs(layers)];
  const taken = new Map(specs.map(({ layer, key, spec }) => [`${layer}.${key}`, spec.shape]));
  for (const name of [...taken.keys(), ...found.keys()]) {
    const [is, wanted] = [found.get(name), taken.get(name)].map((shape) => shape && `[${shape.join(", ")}]`);
    if (is === wanted) continue;
    const text = (shape?: string) => shape === undefined ? "does not exist" : `has the shape ${shape}`;
    throw new ConfigError(
      `train.init: in the run ${run}, the tensor ${name} ${text(is)}, but in this model it ${text(wanted)}. ` +
        "Begin with a run of a model with the same layers.",
    );
  }
}
