/** Computes models in ONNX Runtime: native code of its own, with its own order of sums. */
// The package has no declarations.
import * as runtime from "onnxruntime-node";
import { decodeNpy, type NpyArray } from "../../../../pipeline/formats/npy.ts";

interface Tensor {
  readonly dims: readonly number[];
  readonly data: NpyArray["data"];
}

interface Session {
  run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array): Promise<Session> };
  Tensor: new (type: string, data: NpyArray["data"], dims: readonly number[]) => Tensor;
}

const { InferenceSession, Tensor } = (runtime as unknown as { default: OnnxRuntime }).default;

/** The outputs of a model for examples in an .npy file. */
export async function onnxOutputs(
  model: Uint8Array,
  examples: Uint8Array,
): Promise<{ shape: number[]; data: Float32Array }> {
  const session = await InferenceSession.create(model);
  const { dtype, shape, data } = decodeNpy(examples, "examples");
  const { output } = await session.run({ input: new Tensor(dtype === "u1" ? "uint8" : "float32", data, shape) });
  await session.release();
  return { shape: [...output.dims], data: output.data as Float32Array };
}
