/** Bytes in memory in the form of an artifact, for code that reads artifacts and is to read something else. */
import type { Artifact } from "../stage/artifact.ts";
import { digestOfBytes } from "./digest.ts";

/** These bytes, which are not copied and must not change. */
export function memoryArtifact(bytes: Uint8Array<ArrayBuffer>): Artifact {
  return {
    get digest() {
      return digestOfBytes(bytes);
    },
    size: bytes.length,
    bytes: () => bytes,
    readInto: (target) => target.set(bytes),
    pieces: () => [bytes],
  };
}
