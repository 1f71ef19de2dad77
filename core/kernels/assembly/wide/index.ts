// Everything that wide.wasm exports. Addresses are bytes; the caller guarantees sizes.
export { gemmNt } from "./gemm_nt";
export { gemmTn } from "./gemm_tn";
export { transpose } from "./transpose";
