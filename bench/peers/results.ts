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
  /** The peak of strict SIMD in GFLOP/s, measured alternately with the peers: the median. */
  peak: number;
}

/** A target, its bound, the result, and whether it is met. */
export interface Verdict {
  target: string;
  wanted: string;
  measured: string;
  met: boolean;
}

/** An upper bound in multiples of a peer's time. 0.45 of a peer's speed is 1 / 0.45 of its time. */
const MOST_TIMES: Record<string, Partial<Record<PeerKind, number>>> = {
  "two-layer": { numpy: 0.8, torch: 0.4, cpp: 1.6, tfjs: 0.1 },
  "linear-sgd": { numpy: 1 },
  "linear-mean": { numpy: 1 },
  "manual-linear": { numpy: 1 },
  wide: { numpy: 1 / 0.45 },
};
const WIDE_SHARE = 0.75;

/** Combines a job's epochs, one list per process of each peer. The first is Retrace; the others must have its losses. */
export function resultOf(job: TrainingJob, epochs: ReadonlyMap<Peer, Epoch[][]>, peak: number): JobResult {
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
export function timesOf({ peers }: JobResult, kind: PeerKind): number | null {
  const [own, other] = [secondsOf(peers, "retrace"), secondsOf(peers, kind)];
  return other === null ? null : own!.median / other.median;
}

/** GFLOP/s of Retrace over the whole of an epoch, including all other work. */
export function gflopsOf({ job, peers }: JobResult): number {
  return flopPerEpoch(job) / secondsOf(peers, "retrace")!.median / 1e9;
}

/** The targets of the jobs that were timed. Targets of missing peers are omitted. */
export function verdictsOf(results: readonly JobResult[]): Verdict[] {
  return results.flatMap((result) => [...timeVerdicts(result), ...shareVerdict(result)]);
}

function timeVerdicts(result: JobResult): Verdict[] {
  const { job, peers } = result;
  return Object.entries(MOST_TIMES[job.name] ?? {}).flatMap(([kind, most]) => {
    const times = timesOf(result, kind as PeerKind);
    if (times === null) return [];
    const target = `${job.name}: time of ${peers.find((peer) => peer.kind === kind)!.name}`;
    return { target, wanted: `≤ ${most.toFixed(2)} ×`, measured: `${times.toFixed(2)} ×`, met: times <= most };
  });
}

function shareVerdict(result: JobResult): Verdict[] {
  const { peak } = result;
  if (result.job.name !== "wide") return [];
  const share = gflopsOf(result) / peak;
  const target = `wide: share of the strict-SIMD peak, ${peak.toFixed(1)} GFLOP/s`;
  return [{ target, wanted: `≥ ${percent(WIDE_SHARE)}`, measured: percent(share), met: share >= WIDE_SHARE }];
}

function secondsOf(peers: readonly PeerResult[], kind: PeerKind): Spread | null {
  return peers.find((peer) => peer.kind === kind)?.seconds ?? null;
}

/** "75 %". */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
