/** What a run needs, and what it reports. */
import type { CodeReader } from "../keys/code.ts";
import type { RunParts } from "../keys/request.ts";
import type { StageRecord } from "../keys/record.ts";
import type { Progress, Stage } from "../stage/stage.ts";
import type { LockOwner } from "../store/lock.ts";
import type { Address, Store } from "../store/store.ts";
import type { Reasons } from "../why/nearest_record.ts";

/** The outcome of a stage. */
export interface StageResult extends Reasons {
  stage: string;
  action: "hit" | "run" | "continue";
  key: string;
  record: StageRecord;
  /** Wall time in this run, including the lookup. */
  seconds: number;
  /** For a fold that ran: the first step that was computed in this run, and the seconds of each. */
  steps?: { first: number; seconds: number[] };
}

/** Callbacks for what happens during a run. */
export interface RunEvents {
  /** `stored` are the stored steps of a fold. Awaited, so a progress bar can be loaded before the work begins. */
  stageStarts?(stage: Stage, stored: readonly Readonly<Record<string, Address>>[]): void | Promise<void>;
  /** Another process (null if unknown) computes the same, and this one waits for it. */
  stageWaits?(stage: Stage, owner: LockOwner | null): void;
  /** Another process (null if unknown) cleans up the cache, and this one waits for it. */
  storeWaits?(owner: LockOwner | null): void;
  progress?(stage: Stage, ...values: Parameters<Progress>): void;
  /** A step of a fold is complete and stored. */
  stepEnds?(stage: Stage, step: number, outputs: Readonly<Record<string, Address>>): void;
  stageEnds?(result: StageResult): void;
  /** The stage threw `error`, which ends the run. */
  stageFails?(stage: Stage, params: unknown, error: unknown): void;
  /** A forced stage output other bytes than the stored ones: it is not a pure function of its inputs. */
  differs?(stage: Stage, output: string): void;
}

/** Everything that a run needs. */
export interface RunOptions extends RunParts {
  readonly store: Store;
  readonly code: CodeReader;
  /** The stages that must run, whatever is stored. */
  readonly forced: ReadonlySet<string>;
  /** What stages have got to complete their params: bytes by their digest. */
  readonly kept?: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /**
   * Folds make no step after this one, and what follows their last step is not done: a run that may be continued later. Of
   * the stages, only folds that advance together from the first one on are run, and what comes before them.
   */
  readonly until?: number;
  /**
   * The records of plain stages that this process has found, or made, by their keys: they are not looked up again. Bytes are
   * still checked when they are read; if some are damaged, the map is emptied.
   */
  readonly found?: Map<string, StageRecord>;
  /** The run's name, for records and for processes that wait for it. */
  readonly name?: string;
  /** Ends the run, at the next step of a fold at the latest. */
  readonly signal: AbortSignal;
  readonly events: RunEvents;
}
