/** What the runs of a command line are given. */
import type { Pipeline } from "../define/define_pipeline.ts";
import type { CodeReader } from "../engine/keys/code.ts";
import { Store } from "../engine/store/store.ts";
import type { Computing } from "./native_code.ts";
import type { PatientStop } from "./patient_stop.ts";
import type { Permissions } from "./permissions.ts";
import type { FromWorker } from "./protocol.ts";
import type { Verbosity } from "./run_report.ts";

/** What the runs of a command line have in common, as plain data that a worker can be sent. */
export interface RunChoices extends Verbosity {
  /** The folder that contains a folder per run. */
  results: string;
  cache: string;
  /** The stages that run although their results are stored. */
  force: readonly string[];
  /** "HOST:PORT" of what may be reached although no experiment names it. */
  allowHost: readonly string[];
  computing: Computing;
  /** Runs at a time. */
  jobs: number;
}

/** What all runs of a worker share. */
export interface RunContext {
  pipeline: Pipeline;
  choices: RunChoices;
  store: Store;
  code: CodeReader;
  /** Ends the runs. */
  signal: AbortSignal;
  /** Is told the steps of folds. */
  patience: PatientStop;
  /** What this process may do. */
  permissions: Permissions;
  /** Sends progress to the front. */
  send(message: FromWorker): void;
}

/** Makes what all runs of a worker share. Up to `keepBytes` of what they read stay in memory. */
export function makeRunContext(
  choices: RunChoices,
  worker: Pick<RunContext, "pipeline" | "code" | "signal" | "patience" | "permissions" | "send">,
  keepBytes = 0,
): RunContext {
  const { pipeline, code, signal, patience, permissions, send } = worker;
  const store = new Store(choices.cache, undefined, keepBytes);
  return { pipeline, choices, store, code, signal, patience, permissions, send };
}
