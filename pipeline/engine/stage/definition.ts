/** A definition as the engine knows it. */

/** A definition: something with a name that a pipeline offers, and the file that defines it. */
export interface Definition {
  readonly name: string;
  /** The URL of the defining file (`import.meta.url`). Editing the file re-runs the stages that depend on it. */
  readonly source: string;
}
