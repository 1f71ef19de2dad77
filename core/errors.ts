/**
 * Errors that core throws on purpose. Their messages are written for the person who caused them:
 * what was expected, what was found, where, and what to do.
 */

/** The shapes of an operation's tensors do not fit each other. */
export class ShapeError extends Error {
  override name = "ShapeError";
}

/** Bytes are not in the format they should be in: a bad magic number, a truncated file, a value out of range. */
export class FormatError extends Error {
  override name = "FormatError";
}

/** A loss became NaN or infinite. */
export class DivergedError extends Error {
  override name = "DivergedError";
}
