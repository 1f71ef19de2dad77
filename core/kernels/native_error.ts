/** A reason why the libraries are not used, as a sentence for people. */
export class NativeError extends Error {
  override name = "NativeError";
}
