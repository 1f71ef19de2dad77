/**
 * Errors that the pipeline throws on purpose, one type per kind. Each message says what was expected, what was found,
 * where, and what to do. The command line prints the message alone; any other error is a bug and keeps its stack.
 */

/** A mistake in how the command was called. Exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** An experiment file that does not say what it must. Exit code 2. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** A dataset file that could not be fetched. */
export class DownloadError extends Error {
  override name = "DownloadError";
}

/** Bytes whose SHA-256 is not the one that was asked for. */
export class ChecksumError extends Error {
  override name = "ChecksumError";
}

/** The store's folder cannot be used: not writable, not a folder, disk full. */
export class StoreError extends Error {
  override name = "StoreError";
}

/** A stored artifact's bytes are not those that were recorded. The runner makes the artifact anew. */
export class CorruptArtifactError extends Error {
  override name = "CorruptArtifactError";
  constructor(readonly digest: string, message: string) {
    super(message);
  }
}

/** A stage's code was edited while it ran. Nothing that it made is stored. */
export class CodeChangedError extends Error {
  override name = "CodeChangedError";
}

/** The results folder cannot be written. */
export class ResultsError extends Error {
  override name = "ResultsError";
}
