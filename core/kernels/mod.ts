/** The kernels that Retrace computes with. kernels.ts says what each one does. */
export { wasm as kernels } from "./wasm.ts";
