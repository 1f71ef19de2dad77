/** Artifacts: the immutable bytes in the store, and what a stage can give it. */

/** File format of an artifact; each can be opened by tools other than Retrace. */
export type Format = "file" | "npy" | "safetensors" | "json";

/** Declares one artifact: its format and what it is. */
export interface OutputSpec {
  format: Format;
  about: string;
}

/** The longest piece: long enough to be read fast, short enough to stay in the processor's cache until it is digested. */
export const PIECE_BYTES = 1 << 20;

/** Immutable bytes in the store. Reading checks them: @throws CorruptArtifactError if they do not match the digest. */
export interface Artifact {
  /** SHA-256 of the bytes, 64 hex digits. */
  readonly digest: string;
  /** Length in bytes. */
  readonly size: number;
  bytes(): Uint8Array<ArrayBuffer>;
  /** Reads the bytes into existing memory: `target.length === size`. */
  readInto(target: Uint8Array<ArrayBuffer>): void;
  /**
   * The bytes in order, a piece of at most PIECE_BYTES at a time, so that a file of any size needs little memory. What is
   * made of them may be used when all were read: instead of the last one, there can be an error. With `memory`, they may
   * be views of it, which is filled again when it is full; without, each has memory of its own.
   */
  pieces(memory?: Uint8Array<ArrayBuffer>): Iterable<Uint8Array<ArrayBuffer>>;
}

/** New bytes that are made while they are stored, a piece at a time, so they need not be in memory together. */
export interface ProducedPieces {
  /** Called once. A piece is no longer used when the next one is requested. */
  pieces(): Iterable<Uint8Array<ArrayBuffer>>;
}

/** A file for the store. */
export interface ProducedFile {
  path: string;
  /** The file, in the stage's scratch folder, may be removed once it is copied. Elsewhere it stays. */
  move?: boolean;
  /** The expected SHA-256; the store throws a ChecksumError for other bytes. */
  digest: string;
}

/** What can become an artifact: new bytes, at once or in pieces, a file, or an artifact passed through. */
export type Produced = Uint8Array<ArrayBuffer> | ProducedPieces | ProducedFile | Artifact;
