/** The kernels in WebAssembly SIMD without relaxed instructions: they run everywhere. */
import { bindKernels } from "./bind.ts";
import type { Kernels } from "./kernels.ts";
import * as compiled from "./kernels.wasm";

/** All kernels, in WebAssembly. */
export const wasm: Kernels = bindKernels(compiled, (operand) => operand === null ? 0 : operand.ptr);
