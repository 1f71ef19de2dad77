/** What a command is: one file in commands/ defines it. Parsing, help, permissions, tasks and docs derive from it. */
import type { Pipeline } from "../define/pipeline.ts";
import type { Options, OptionValues } from "./option.ts";
import type { Permissions } from "./permissions.ts";

/** What a command is called with. */
export interface CommandContext<O extends Options> {
  /** Loads the pipeline. It takes longer than many commands, so that only those that need it ask for it. */
  pipeline(): Promise<Pipeline>;
  /** Arguments that are not options, as many as the command takes. */
  args: readonly string[];
  options: OptionValues<O>;
}

/** How a command is typed. */
export interface Syntax<O extends Options = Options> {
  /** One word, or two for a command of a group: "cache list". */
  readonly name: string;
  /** The arguments: "CONFIG [STAGE]"; "RUN…" for one or more. Left out: none. */
  readonly args?: string;
  /** Arguments as somebody might type them, for messages and help. */
  readonly example?: string;
  readonly options: O;
}

/** What help says of a command. Programs that are not commands, such as benchmarks, describe themselves like this too. */
export interface Description<O extends Options = Options> extends Syntax<O> {
  /** What it does, in a line. */
  readonly about: string;
  /** What the words in `args` stand for. */
  readonly terms?: Readonly<Record<string, string>>;
  /** More about it, for `--help`. */
  readonly details?: string;
  /** What exit codes mean, where there is more to say than success, failure and a usage error. */
  readonly exitCodes?: Readonly<Record<number, string>>;
}

/** A command, as one file defines it. What the file imports statically is loaded for `--help` as well: keep it light. */
export interface Command<O extends Options = Options> extends Description<O> {
  /** The permissions of its task in deno.json. */
  readonly may: Permissions;
  /** Whether the README shows it. */
  readonly common?: true;
  /** Does it, and returns the exit code. Any error that it throws is printed. */
  run(context: CommandContext<O>): Promise<number> | number;
}

/** Declares a command; the types of its options' values follow from their declarations. */
export function defineCommand<O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}
