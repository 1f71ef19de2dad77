/** The results of the peers' race, and which of its targets are met. Pure: no process, no clock. */
import { flopPerEpoch, type TrainingJob } from "../jobs.ts";
import { type Spread, spreadOf } from "../measure.ts";
import type { Epoch, Peer, PeerKind } from "./peer.ts";
import { strangeEpoch } from "./same_curve.ts";

/** A peer's figures for a job; or, if it does not do the same job, why not. */
export interface PeerResult {
  kind: PeerKind;
  name: string;
  /** Seconds per epoch; null if the peer is rejected. */
  seconds: Spread | null;
  refused: string | null;
}

/** All figures of a job, Retrace's first. */
export interface JobResult {
  job: TrainingJob;
  peers: PeerResult[];
  /** The peak of products and sums in GFLOP/s, measured alternately with the peers: the median; null without a compiler. */
  peak: number | null;
}

/** A target, its bound, the result, and whether it is met. */
export interface Verdict {
  target: string;
  wanted: string;
  measured: string;
  met: boolean;
}

/** A bound: Retrace's time, one way or another, in multiples of a peer's. */
interface Bound {
  own: PeerKind;
  peer: PeerKind;
  most: number;
}

const bound = (own: PeerKind, peer: PeerKind, most: number): Bound => ({ own, peer, most });

const BOUNDS: Record<string, readonly Bound[]> = {
  "two-layer": [
    bound("retrace", "numpy", 0.6),
    bound("retrace", "torch", 0.35),
    bound("retrace", "cpp", 1.1),
    bound("retrace", "tfjs", 0.1),
  ],
  "linear-sgd": [bound("retrace", "numpy", 0.7)],
  "linear-mean": [bound("retrace", "numpy", 0.7)],
  "manual-linear": [bound("retrace", "numpy", 0.7)],
  wide: [
    bound("retrace", "numpy", 1),
    bound("retrace", "torch", 0.9),
    bound("retrace-threads", "retrace", 1 / 1.7),
    bound("retrace-threads", "torch-threads", 0.95),
  ],
  lenet: [bound("retrace", "torch", 0.8), bound("retrace-threads", "torch-threads", 0.8)],
  "lenet-short": [bound("retrace", "tfjs-cpu", 1 / 50)],
};

/** Combines a job's epochs, one list per process of each peer. The first is Retrace; the others must have its losses. */
export function resultOf(job: TrainingJob, epochs: ReadonlyMap<Peer, Epoch[][]>, peak: number | null): JobResult {
  const [own] = epochs.values();
  const expected = own[0].map(({ loss }) => loss);
  const peers = [...epochs].map(([{ kind, name, warmups }, processes]): PeerResult => {
    const refused = processes.map((one) => strangeEpoch(one.map(({ loss }) => loss), expected))
      .find((strange) => strange !== null) ?? null;
    const seconds = processes.flatMap((one) => one.slice(warmups).map((epoch) => epoch.seconds));
    return { kind, name, refused, seconds: refused === null ? spreadOf(seconds) : null };
  });
  return { job, peers, peak };
}

/** Retrace's median in multiples of a peer's; null if one of them is missing or rejected. */
export function timesOf({ peers }: JobResult, kind: PeerKind, ownKind: PeerKind = "retrace"): number | null {
  const [own, other] = [secondsOf(peers, ownKind), secondsOf(peers, kind)];
  return own === null || other === null ? null : own.median / other.median;
}

/** GFLOP/s of Retrace over the whole of an epoch, including all other work. */
export function gflopsOf({ job, peers }: JobResult): number {
  return flopPerEpoch(job) / secondsOf(peers, "retrace")!.median / 1e9;
}

/** The targets of the jobs that were timed. Targets of missing peers are omitted. */
export function verdictsOf(results: readonly JobResult[]): Verdict[] {
  return results.flatMap((result) => {
    const { job, peers } = result;
    const nameOf = (kind: PeerKind) => peers.find((peer) => peer.kind === kind)!.name;
    return (BOUNDS[job.name] ?? []).flatMap(({ own, peer, most }) => {
      const times = timesOf(result, peer, own);
      if (times === null) return [];
      const target = `${job.name}: ${nameOf(own)}, in times of ${nameOf(peer)}`;
      return { target, wanted: `≤ ${most.toFixed(2)} ×`, measured: `${times.toFixed(2)} ×`, met: times <= most };
    });
  });
}

function secondsOf(peers: readonly PeerResult[], kind: PeerKind): Spread | null {
  return peers.find((peer) => peer.kind === kind)?.seconds ?? null;
}

/** "75 %". */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
