/** What a peer is: a program that does the same training, and prints one line per epoch. */
import type { TrainingJob } from "../jobs.ts";
import type { CommandLine } from "../process.ts";

/** What a peer is called in targets and charts. */
export type PeerKind =
  | "retrace"
  | "retrace-threads"
  | "retrace-wasm"
  | "numpy"
  | "torch"
  | "torch-threads"
  | "cpp"
  | "cpp-strict"
  | "tfjs"
  | "tfjs-cpu";

/** Whether it is Retrace itself, one way or another. */
export function isOwn(kind: PeerKind): boolean {
  return kind.startsWith("retrace");
}

/** Where a job starts: a folder with the initial parameters and the orders of the rows. */
export interface Start {
  job: TrainingJob;
  folder: string;
}

/** A program that trains. */
export interface Peer {
  kind: PeerKind;
  /** With its version: "NumPy 1.24.2". */
  name: string;
  /** The jobs that it does; null for all. */
  jobs: string[] | null;
  /** Epochs of a process, and how many of the first ones only warm it up. */
  epochs: number;
  warmups: number;
  /** The command that does the job, compiled if needed. */
  command(start: Start): CommandLine;
}

/** One epoch of one process. */
export interface Epoch {
  seconds: number;
  /** Mean over the epoch's batches of the batch's loss. */
  loss: number;
}

/** Reads what a peer printed. */
export function parseEpochs(stdout: string): Epoch[] {
  return stdout.trim().split("\n").map((line) => {
    const [seconds, loss] = line.split(" ").map(Number);
    return { seconds, loss };
  });
}
