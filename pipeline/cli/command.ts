/** What a command is: one file in commands/ defines it. Parsing, help, permissions, tasks and docs derive from it. */
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Options, OptionValues } from "./option.ts";
import type { Permissions } from "./permissions.ts";

/** What a command is called with. */
export interface CommandContext<O extends Options> {
  /** Loads the pipeline, which takes longer than many commands: only those that need it call this. */
  pipeline(): Promise<Pipeline>;
  /** The arguments that are not options. */
  args: readonly string[];
  options: OptionValues<O>;
}

/** What help says about a command. Programs that are not commands, such as benchmarks, use it as well. */
export interface Description<O extends Options = Options> {
  /** One word, or two for a command of a group: "cache list". */
  readonly name: string;
  /** The arguments: "CONFIG [STAGE]"; "RUN…" for one or more. Default: none. */
  readonly args?: string;
  /** Arguments as they might be typed, for messages and help. */
  readonly example?: string;
  readonly options: O;
  /** What it does, in one line. */
  readonly about: string;
  /** What the words in `args` mean. */
  readonly terms?: Readonly<Record<string, string>>;
  /** More about it, for `--help`. */
  readonly details?: string;
  /** Exit codes that mean more than success, failure or usage error. */
  readonly exitCodes?: Readonly<Record<number, string>>;
}

/** How a command is typed. */
export type Syntax<O extends Options = Options> = Pick<Description<O>, "name" | "args" | "example" | "options">;

/** A command, defined by one file. `--help` loads that file with its static imports: keep them light. */
export interface Command<O extends Options = Options> extends Description<O> {
  /** The permissions of its task in deno.json. */
  readonly may: Permissions;
  /** Whether the README lists it. */
  readonly common?: true;
  /** Runs it, and returns the exit code. Any error that it throws is printed. */
  run(context: CommandContext<O>): Promise<number> | number;
}

/** Defines a command; the types of its options' values follow from their declarations. */
export function defineCommand<O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}
