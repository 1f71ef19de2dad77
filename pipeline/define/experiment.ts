/** An experiment file, checked against the pipeline's schema and with every default filled in. */
export interface Experiment {
  readonly name: string;
  readonly about?: string;
  readonly seed: number;
  /** Modules with definitions of the user's own, relative to the file. */
  readonly uses?: readonly string[];
  /** The stages in order. Default: the pipeline's chain. */
  readonly chain?: readonly string[];
  /** The params of each stage of the chain. */
  readonly pipeline: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
