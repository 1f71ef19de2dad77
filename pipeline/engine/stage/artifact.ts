/** Artifacts: what the store holds, and what a stage may give it to store. */

/** File format of an artifact; each can be opened by tools other than Retrace. */
export type Format = "file" | "npy" | "safetensors" | "json";

/** Immutable bytes in the store, named by their digest. */
export interface Artifact {
  /** SHA-256 of the bytes, 64 hex digits. */
  readonly digest: string;
  /** Length in bytes. */
  readonly size: number;
  /**
   * Reads the bytes and checks them against the digest.
   * @throws CorruptArtifactError if they do not match.
   */
  bytes(): Uint8Array<ArrayBuffer>;
  /** Like `bytes`, but reads into existing memory: `target.length === size`. */
  readInto(target: Uint8Array<ArrayBuffer>): void;
}

/** A file that a stage passes to the store. */
export interface ProducedFile {
  /** Path of the file. The store copies it, and then removes it if `move` is set. */
  path: string;
  move?: boolean;
  /** The expected SHA-256; the store throws a ChecksumError for other bytes. */
  digest: string;
}

/** What can become an artifact: new bytes, a file, or an artifact passed through. */
export type Produced = Uint8Array<ArrayBuffer> | ProducedFile | Artifact;

/** Declares one artifact: its format and what it is. */
export interface OutputSpec {
  format: Format;
  about: string;
}
