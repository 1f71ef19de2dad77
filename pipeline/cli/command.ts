/** What a command is: one file in commands/ defines it. Parsing, help, permissions, tasks and docs derive from it. */
import type { Pipeline } from "../define/define_pipeline.ts";
import type { CodeReader } from "../engine/keys/code.ts";
import type { Lock } from "../experiment/lock_file.ts";
import type { ModulePath } from "./load_on_demand.ts";
import type { Options, OptionValues } from "./option.ts";
import type { PatientStop } from "./patient_stop.ts";
import type { Permissions } from "./permissions.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

/** What was typed after the name of a command. */
export interface CommandLine<O extends Options = Options> {
  /** The arguments that are not options. */
  args: readonly string[];
  options: OptionValues<O>;
}

/** What a command is called with, in its worker. */
export interface CommandContext<O extends Options> extends CommandLine<O> {
  pipeline: Pipeline;
  /** The digests of the program's code. @throws TypeError for a command that loads no experiments. */
  code: CodeReader;
  /** The real paths of the folders that an experiment file, one of the command's, may refer to. */
  foldersOf(file: string): readonly string[];
  /** The lock of an experiment file, one of the command's; null if there is none, or it is to be written anew. */
  lockOf(file: string): Lock | null;
  /** Ends the work. */
  signal: AbortSignal;
  /** Is told the steps of folds: the work may have to end after one. */
  patience: PatientStop;
  /** What this process may do. */
  permissions: Permissions;
  /** Sends a message to the front. */
  send(message: FromWorker): void;
  /** The next message from the front. Rejects with the signal's reason when the work is to end. */
  receive(): Promise<ToWorker>;
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

/** What a list of commands says about one. */
export type Listed = Pick<Description, "name" | "args" | "about">;

/** How a command is typed. */
export type Syntax<O extends Options = Options> = Pick<Description<O>, "name" | "args" | "example" | "options">;

/** A command, defined by one file. `--help` loads that file with its static imports: keep them light. */
export interface Command<O extends Options = Options> extends Description<O> {
  /** Whether the README lists it. */
  readonly common?: true;
  /** Whether it works without the pipeline, which takes time to load. */
  readonly isPlain?: true;
  /** Whether the same command continues the work after it was stopped. */
  readonly resumes?: true;
  /** What its worker may do. If it loads experiments, it may also read them, and the data that they refer to. */
  may(line: CommandLine<O>): Permissions;
  /** Modules, relative to cli/, that it loads on demand. Its worker loads them before it begins. */
  readonly modules?: readonly ModulePath[];
  /** The experiment files that it loads, for a command that loads any; it then receives the digests of code. */
  experiments?(line: CommandLine<O>): readonly string[];
  /** The finished runs whose own definitions it needs, for a command on runs; no names: all in the folder. */
  runs?(line: CommandLine<O>): { results: string; names: readonly string[] };
  /** Does everything in the front if that can be done at once; otherwise returns null, and a worker is started. */
  fastPath?(line: CommandLine<O>): Promise<number | null>;
  /** The module in front/ that distributes its work. Default: one worker does it. */
  readonly scheduler?: ModulePath;
  /** Does the work in a worker, and returns the exit code. Any error that it throws is printed. */
  run(context: CommandContext<O>): Promise<number> | number;
}

/** Defines a command; the types of its options' values follow from their declarations. */
export function defineCommand<O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}
