/**
 * A tensor: a block of numbers in the kernels' memory, with a shape. Rows are contiguous (row-major); `data` is the
 * whole block as a typed array, `nd` the same block as an ndarray.
 */
import ndarray from "ndarray";
import type { NdArray } from "ndarray";
import { ShapeError } from "./errors.ts";
import { allocate, buffer, mark, release } from "./kernels/memory.ts";

/** The typed array that holds each type of number. */
export interface DataOf {
  float32: Float32Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
}

/** The types of number a tensor can hold. */
export type DType = keyof DataOf;

/** Numbers of one type in a shape. `Tensor` alone is float32; `Tensor<DType>` is any. */
export interface Tensor<D extends DType = "float32"> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** How many elements. */
  readonly size: number;
  /**
   * Byte address in the kernels' memory; only core/kernels may use it.
   * @throws Error when the tensor's scope has ended.
   */
  readonly ptr: number;
  /**
   * The elements, live, in row-major order. Take it anew after making tensors: the memory may have grown, and then an
   * older array is empty.
   * @throws Error when the tensor's scope has ended.
   */
  readonly data: DataOf[D];
  /** The elements, live, as an ndarray of this shape. The same care as for `data`. */
  readonly nd: NdArray<DataOf[D]>;
}

const ARRAY_TYPES = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

/** A stretch of work that owns the tensors made in it. */
interface Scope {
  readonly start: number;
  open: boolean;
}

/** Open scopes, innermost last. The first one is the program's and never ends. */
const scopes: Scope[] = [{ start: mark(), open: true }];

class MemoryTensor<D extends DType> implements Tensor<D> {
  readonly size: number;
  readonly #address: number;
  readonly #scope: Scope;
  #data: DataOf[D];
  #nd: NdArray<DataOf[D]> | null = null;

  /** `address` is where the numbers are already; without it they get memory of their own. */
  constructor(readonly shape: readonly number[], readonly dtype: D, address?: number) {
    this.size = sizeOf(shape);
    this.#address = address ?? allocate(this.size * ARRAY_TYPES[dtype].BYTES_PER_ELEMENT);
    this.#scope = scopes[scopes.length - 1];
    this.#data = this.#view();
  }

  get ptr(): number {
    if (!this.#scope.open) throw new Error(`${describe(this)} was used after the scoped() that made it had ended.`);
    return this.#address;
  }

  get data(): DataOf[D] {
    if (!this.#scope.open || this.#data.length === 0) this.#data = this.#view();
    return this.#data;
  }

  get nd(): NdArray<DataOf[D]> {
    const data = this.data;
    if (this.#nd?.data !== data) this.#nd = ndarray(data, [...this.shape]);
    return this.#nd;
  }

  #view(): DataOf[D] {
    return new ARRAY_TYPES[this.dtype](buffer(), this.ptr, this.size) as DataOf[D];
  }
}

/**
 * A tensor of zeros; 64-byte aligned. It lives until the innermost `scoped` around ends, or as long as the program.
 * @throws ShapeError when a dimension is not a positive integer.
 * @throws RangeError when the memory, at most 4 GiB, is full.
 */
export function tensor<D extends DType = "float32">(shape: readonly number[], dtype: D = "float32" as D): Tensor<D> {
  return new MemoryTensor([...shape], dtype);
}

/**
 * A tensor holding these values, row-major, converted as typed arrays do.
 * @throws ShapeError when the shape holds another number of elements.
 */
export function fromArray<D extends DType = "float32">(
  values: ArrayLike<number>,
  shape: readonly number[],
  dtype: D = "float32" as D,
): Tensor<D> {
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `Shape [${shape.join(", ")}] holds ${sizeOf(shape)} elements, but ${values.length} values were given. ` +
        `Give as many values as the product of the dimensions.`,
    );
  }
  const made = tensor(shape, dtype);
  made.data.set(values);
  return made;
}

/**
 * A tensor over bytes that another tensor holds, from byte `offset` on: the numbers of a file that was read whole.
 * @throws ShapeError when the bytes are too few, or `offset` is not a multiple of the number's size.
 */
export function viewOf<D extends DType>(
  bytes: Tensor<"uint8">,
  offset: number,
  shape: readonly number[],
  dtype: D,
): Tensor<D> {
  const width = ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  const end = offset + sizeOf(shape) * width;
  if (end > bytes.size || offset % width !== 0) {
    throw new ShapeError(
      `${describe({ dtype, shape })} at byte ${offset} ends at byte ${end}, but there are ${bytes.size} bytes; ` +
        `the offset must be a multiple of ${width}.`,
    );
  }
  return new MemoryTensor([...shape], dtype, bytes.ptr + offset);
}

/**
 * A tensor over numbers that another one holds, from its number `offset` on.
 * @throws ShapeError when these are too few.
 */
export function partOf(whole: Tensor, offset: number, shape: readonly number[]): Tensor {
  const end = offset + sizeOf(shape);
  if (end > whole.size) {
    throw new ShapeError(
      `${describe({ dtype: "float32", shape })} from number ${offset} on ends at ${end}, but there are ${whole.size}.`,
    );
  }
  return new MemoryTensor([...shape], "float32", whole.ptr + offset * Float32Array.BYTES_PER_ELEMENT);
}

/** The bytes of a tensor, live (little-endian, as WebAssembly is): a file can be read straight into it. */
export function bytesOf(t: Tensor<DType>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer(), t.ptr, t.data.byteLength);
}

/**
 * Runs `work` and frees every tensor that it made, when it returns, throws or, for a promise, settles. Scopes are a
 * stack: while an asynchronous one runs, tensors made elsewhere would be freed with it, so await it before going on.
 * @throws Error when scopes end in another order than innermost first.
 */
export function scoped<T>(work: () => T): T {
  const scope = openScope();
  let result: T;
  try {
    result = work();
  } catch (error) {
    scope[Symbol.dispose]();
    throw error;
  }
  if (result instanceof Promise) return result.finally(() => scope[Symbol.dispose]()) as T;
  scope[Symbol.dispose]();
  return result;
}

/** `scoped` for a generator: `using scope = openScope()` frees every tensor made until the block ends. */
export function openScope(): Disposable {
  const scope: Scope = { start: mark(), open: true };
  scopes.push(scope);
  return { [Symbol.dispose]: () => end(scope) };
}

function end(scope: Scope): void {
  if (scopes[scopes.length - 1] !== scope) {
    throw new Error("A scoped() ended while one opened inside it was still running. Await the inner one first.");
  }
  scopes.pop();
  scope.open = false;
  release(scope.start);
}

/** What a tensor is, for messages: "float32 [64, 784]". */
export function describe(t: Pick<Tensor<DType>, "dtype" | "shape">): string {
  return `${t.dtype} [${t.shape.join(", ")}]`;
}

function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 1) {
      throw new ShapeError(
        `Shape [${shape.join(", ")}] has the dimension ${dimension}; a dimension is an integer of at least 1.`,
      );
    }
    size *= dimension;
  }
  return size;
}
