/** Errors that core throws on purpose. Messages say what was expected, what was found, where, and what to do. */

/** Shapes do not match: of an operation's tensors, or of the layers of a model. */
export class ShapeError extends Error {
  override name = "ShapeError";
}

/** Input is malformed: a bad magic number, a truncated file, a value out of range, a layer that does not exist. */
export class FormatError extends Error {
  override name = "FormatError";
}

/** The kernels' memory is full. */
export class OutOfMemoryError extends RangeError {
  override name = "OutOfMemoryError";
}

/** Training diverged: a loss or a parameter became NaN or infinite. */
export class DivergedError extends Error {
  override name = "DivergedError";
}
