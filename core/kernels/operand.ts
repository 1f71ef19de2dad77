/** What kernels are called with. */

/** A tensor as kernels see it; `Tensor` of core/tensor/tensor.ts is one. */
export interface Operand<Data> {
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  /** Byte address in the kernels' memory. */
  readonly ptr: number;
  /** The elements, as a view of the kernels' memory. */
  readonly data: Data;
}
/** A float32 operand. */
export type F32 = Operand<Float32Array>;
/** A uint8 operand. */
export type U8 = Operand<Uint8Array>;
/** An int32 operand. */
export type I32 = Operand<Int32Array>;
