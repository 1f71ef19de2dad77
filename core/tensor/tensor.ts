/** Tensors: blocks of numbers in the kernels' memory, row-major, each with a shape. */
// @ts-types="@types/ndarray"
import ndarray, { type NdArray } from "ndarray";
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

/** A tensor. `Tensor` is a float32 tensor, `Tensor<DType>` one of any type. */
export interface Tensor<D extends DType = "float32"> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  /** Byte address in the kernels' memory, for core/kernels only. @throws Error if the scope has ended. */
  readonly ptr: number;
  /** A view of the elements. Making tensors can detach it: read it again. @throws Error if the scope has ended. */
  readonly data: DataOf[D];
  /** The same view as an ndarray. */
  readonly nd: NdArray<DataOf[D]>;
}

const ARRAY_TYPES = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

/** A scope owns the tensors made while it is the innermost open one. */
interface Scope {
  readonly start: number;
  open: boolean;
}

/** Open scopes, innermost last. The first belongs to the process and never ends. */
const scopes: Scope[] = [{ start: mark(), open: true }];

class MemoryTensor<D extends DType> implements Tensor<D> {
  readonly size: number;
  readonly #address: number;
  readonly #scope: Scope;
  #data: DataOf[D];

  /** @param address The address of existing elements. Default: new memory. */
  constructor(readonly shape: readonly number[], readonly dtype: D, address?: number) {
    this.size = checkedSize(shape);
    this.#address = address ?? allocate(this.size * ARRAY_TYPES[dtype].BYTES_PER_ELEMENT);
    this.#scope = scopes[scopes.length - 1];
    this.#data = this.#view();
  }

  get ptr(): number {
    if (this.#scope.open) return this.#address;
    throw new Error(`${describe(this)} was used after its scope ended. Copy its data before the scope ends.`);
  }

  get data(): DataOf[D] {
    if (!this.#scope.open || this.#data.length === 0) this.#data = this.#view();
    return this.#data;
  }

  get nd(): NdArray<DataOf[D]> {
    return ndarray(this.data, [...this.shape]);
  }

  #view(): DataOf[D] {
    return new ARRAY_TYPES[this.dtype](buffer(), this.ptr, this.size) as DataOf[D];
  }
}

/**
 * Makes a tensor of zeros, 64-byte aligned. It lives until the innermost open scope ends.
 * @throws ShapeError if a dimension is not a positive integer.
 * @throws OutOfMemoryError if the memory, at most 4 GiB, is full.
 */
export function tensor<D extends DType = "float32">(shape: readonly number[], dtype: D = "float32" as D): Tensor<D> {
  return new MemoryTensor([...shape], dtype);
}

/** Makes a tensor of values, row-major. @throws ShapeError if their number does not match the shape. */
export function fromArray<D extends DType = "float32">(
  values: ArrayLike<number>,
  shape: readonly number[],
  dtype: D = "float32" as D,
): Tensor<D> {
  const size = checkedSize(shape);
  if (values.length !== size) {
    throw new ShapeError(`Expected ${size} values for the shape [${shape.join(", ")}], but found ${values.length}.`);
  }
  const made = tensor(shape, dtype);
  made.data.set(values);
  return made;
}

/**
 * Makes a tensor that shares the memory of another one from byte `offset` on. Its element type can be a different one.
 * @throws ShapeError if it would end after the other tensor, or `offset` is not a multiple of the element size.
 */
export function viewOf<D extends DType>(
  whole: Tensor<DType>,
  offset: number,
  shape: readonly number[],
  dtype: D,
): Tensor<D> {
  const width = ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  const [end, bytes] = [offset + checkedSize(shape) * width, whole.size * ARRAY_TYPES[whole.dtype].BYTES_PER_ELEMENT];
  if (end > bytes || offset % width !== 0) {
    throw new ShapeError(
      `Expected a view that starts at a multiple of ${width} and ends by byte ${bytes}, ` +
        `but found ${describe({ dtype, shape })} from byte ${offset} to ${end}.`,
    );
  }
  return new MemoryTensor([...shape], dtype, whole.ptr + offset);
}

/** Runs `work`, which must be synchronous, and frees every tensor that it made when it returns or throws. */
export function scoped<T>(work: () => T): T {
  const scope = openScope();
  try {
    return work();
  } finally {
    scope[Symbol.dispose]();
  }
}

/**
 * `scoped` for a block or a generator: `using _memory = openScope()` frees every tensor made until the block ends. Scopes
 * are a stack: a scope that ends takes those opened inside it with it, as when training fails while validation is open.
 */
export function openScope(): Disposable {
  const scope: Scope = { start: mark(), open: true };
  scopes.push(scope);
  return { [Symbol.dispose]: () => endScope(scope) };
}

function endScope(scope: Scope): void {
  if (!scope.open) return;
  for (const inner of scopes.splice(scopes.indexOf(scope))) inner.open = false;
  release(scope.start);
}

/** Formats a tensor's type and shape for messages: "float32 [64, 784]". */
export function describe(t: Pick<Tensor<DType>, "dtype" | "shape">): string {
  return `${t.dtype} [${t.shape.join(", ")}]`;
}

function checkedSize(shape: readonly number[]): number {
  if (shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 1)) {
    return shape.reduce((size, dimension) => size * dimension, 1);
  }
  throw new ShapeError(
    `Expected dimensions that are integers of at least 1, but found the shape [${shape.join(", ")}].`,
  );
}
