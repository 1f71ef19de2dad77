/** Tensors: blocks of numbers in the kernels' memory, row-major, each with a shape. */
import ndarray from "ndarray";
import type { NdArray } from "ndarray";
import { ShapeError } from "../errors.ts";
import { allocate, buffer, mark, release } from "../kernels/memory.ts";

/** The typed array of each element type. */
export interface DataOf {
  float32: Float32Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
}

/** The element types of tensors. */
export type DType = keyof DataOf;

/** A tensor. `Tensor` alone is float32; `Tensor<DType>` is any. */
export interface Tensor<D extends DType = "float32"> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  /**
   * Byte address in the kernels' memory; only core/kernels uses it.
   * @throws Error when the tensor's scope has ended.
   */
  readonly ptr: number;
  /**
   * A live view of the elements, row-major. Get it again after making tensors: if the memory has grown, older arrays are
   * detached.
   * @throws Error when the tensor's scope has ended.
   */
  readonly data: DataOf[D];
  /** The same view as an ndarray of this shape. */
  readonly nd: NdArray<DataOf[D]>;
}

const ARRAY_TYPES = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

/** Owns the tensors made while it is the innermost open scope. */
interface Scope {
  readonly start: number;
  open: boolean;
}

/** Open scopes, innermost last. The first is the program's and never ends. */
const scopes: Scope[] = [{ start: mark(), open: true }];

class MemoryTensor<D extends DType> implements Tensor<D> {
  readonly size: number;
  readonly #address: number;
  readonly #scope: Scope;
  #data: DataOf[D];
  #nd: NdArray<DataOf[D]> | null = null;

  /** @param address Where the elements already are; by default they get memory of their own. */
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
 * A tensor of zeros, 64-byte aligned. It lives until the innermost enclosing `scoped` ends.
 * @throws ShapeError when a dimension is not a positive integer.
 * @throws RangeError when the memory, at most 4 GiB, is full.
 */
export function tensor<D extends DType = "float32">(shape: readonly number[], dtype: D = "float32" as D): Tensor<D> {
  return new MemoryTensor([...shape], dtype);
}

/**
 * A tensor of these values, row-major, converted as typed arrays do.
 * @throws ShapeError when the shape holds another number of elements.
 */
export function fromArray<D extends DType = "float32">(
  values: ArrayLike<number>,
  shape: readonly number[],
  dtype: D = "float32" as D,
): Tensor<D> {
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `Shape [${shape.join(", ")}] holds ${sizeOf(shape)} elements, but ${values.length} values were given.`,
    );
  }
  const made = tensor(shape, dtype);
  made.data.set(values);
  return made;
}

/**
 * A tensor that shares the memory of another one from byte `offset` on, possibly with another element type.
 * @throws ShapeError when it would extend past the other's end, or `offset` is not a multiple of the element size.
 */
export function viewOf<D extends DType>(
  whole: Tensor<DType>,
  offset: number,
  shape: readonly number[],
  dtype: D,
): Tensor<D> {
  const width = ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  const [end, bytes] = [offset + sizeOf(shape) * width, whole.size * ARRAY_TYPES[whole.dtype].BYTES_PER_ELEMENT];
  if (end > bytes || offset % width !== 0) {
    throw new ShapeError(
      `${describe({ dtype, shape })} at byte ${offset} ends at byte ${end}, but there are ${bytes} bytes; ` +
        `the offset must be a multiple of ${width}.`,
    );
  }
  return new MemoryTensor([...shape], dtype, whole.ptr + offset);
}

/**
 * Runs `work` and frees every tensor that it made when it returns, throws or, for a promise, settles. Scopes are a stack:
 * tensors made elsewhere while an asynchronous one runs would be freed with it, so await it before doing anything else.
 * @throws Error when scopes do not end innermost first.
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

/** `scoped` for a block or a generator: `using _memory = openScope()` frees every tensor made until the block ends. */
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

/** A tensor's type and shape, for messages: "float32 [64, 784]". */
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
