/**
 * Errors that the pipeline throws on purpose, one type per kind. Messages state what was expected and found, where, and
 * what to do. The command line prints only the message; other errors are bugs, printed with their stacks.
 */

class RunError extends Error {
  override name = this.constructor.name;
}

/** A definition, or a file that it imports, breaks a rule. Like other TypeErrors a mistake in code: its author's. */
export class DefinitionError extends TypeError {
  override name = this.constructor.name;
}

/** The command was called incorrectly. Exit code 2. */
export class UsageError extends RunError {}

/** An experiment file is invalid. Exit code 2. */
export class ConfigError extends RunError {}

/** A dataset file could not be downloaded or read. */
export class DownloadError extends RunError {}

/** A file's bytes do not have the expected SHA-256. */
export class ChecksumError extends RunError {
  /** What is wrong, what to do, and the digest that was expected. Who knows where that comes from may know better advice. */
  constructor(readonly problem: string, readonly advice: string, readonly expected: string) {
    super(`${problem} ${advice}`);
  }
}

/** The store's folder cannot be used: not writable, not a folder, disk full. */
export class StoreError extends RunError {}

/** A stored artifact's bytes are not the recorded ones. The runner recomputes the artifact. */
export class CorruptArtifactError extends RunError {}

/** A stage's code was edited while it ran. Its outputs are not stored. */
export class CodeChangedError extends RunError {}

/** The packages that the program imports cannot be installed. */
export class InstallError extends RunError {}

/** Another program that a command needs, PyTorch for example, is not there or refuses. */
export class ProgramError extends RunError {}

/** The results folder cannot be written. */
export class ResultsError extends RunError {}

/** An experiment does not fit its data: found by a check, after the stages that tell what the data is. */
export class CheckError extends RunError {}
