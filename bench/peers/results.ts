/** The results of the peers' race, and which of its targets are met. Pure: no process, no clock. */
import { flopPerEpoch, type TrainingJob } from "../jobs.ts";
import { type Spread, spreadOf } from "../measure.ts";
import { type Epoch, isOwn, type OwnKind, type Peer, type PeerKind } from "./peer.ts";
import { SAME_LOSS, strangeEpoch } from "./same_curve.ts";

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

/** The result for a target, and whether it is met. */
export interface Finding {
  measured: string;
  met: boolean;
}

/** A target, its bound and its results. */
export interface Verdict extends Finding {
  target: string;
  wanted: string;
  /** With the wide products; null if they were not timed. */
  wide: Finding | null;
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

/**
 * Combines a job's epochs, one list per process of each peer. The first peer is Retrace; the others must have its losses
 * within 1 %, and Retrace with the flag must have the same bits.
 */
export function resultOf(job: TrainingJob, epochs: ReadonlyMap<Peer, Epoch[][]>, peak: number): JobResult {
  const [own] = epochs.values();
  const expected = own[0].map(({ loss }) => loss);
  const peers = [...epochs].map(([{ kind, name, warmups }, processes]): PeerResult => {
    const refused = processes.map((one) =>
      strangeEpoch(one.map(({ loss }) => loss), expected, isOwn(kind) ? 0 : SAME_LOSS)
    )
      .find((strange) => strange !== null) ?? null;
    const seconds = processes.flatMap((one) => one.slice(warmups).map((epoch) => epoch.seconds));
    return { kind, name, refused, seconds: refused === null ? spreadOf(seconds) : null };
  });
  return { job, peers, peak };
}

/** Retrace's median in multiples of a peer's; null if one of them is missing or rejected. */
export function timesOf({ peers }: JobResult, kind: PeerKind, way: OwnKind = "retrace"): number | null {
  const [own, other] = [secondsOf(peers, way), secondsOf(peers, kind)];
  return own === null || other === null ? null : own.median / other.median;
}

/** GFLOP/s of Retrace over the whole of an epoch, including all other work. */
export function gflopsOf({ job, peers }: JobResult, way: OwnKind = "retrace"): number | null {
  const seconds = secondsOf(peers, way);
  return seconds === null ? null : flopPerEpoch(job) / seconds.median / 1e9;
}

/** The targets of the jobs that were timed. Targets of missing peers are omitted. */
export function verdictsOf(results: readonly JobResult[]): Verdict[] {
  return results.flatMap((result) => [...timeVerdicts(result), ...shareVerdict(result)]);
}

function timeVerdicts(result: JobResult): Verdict[] {
  const { job, peers } = result;
  return Object.entries(MOST_TIMES[job.name] ?? {}).flatMap(([kind, most]) => {
    const finding = (way: OwnKind) => {
      const times = timesOf(result, kind as PeerKind, way);
      return times === null ? null : { measured: `${times.toFixed(2)} ×`, met: times <= most };
    };
    const name = peers.find((peer) => peer.kind === kind)?.name;
    return verdict(`${job.name}: time of ${name}`, `≤ ${most.toFixed(2)} ×`, finding);
  });
}

function shareVerdict(result: JobResult): Verdict[] {
  const { peak } = result;
  if (result.job.name !== "wide") return [];
  const finding = (way: OwnKind) => {
    const gflops = gflopsOf(result, way);
    // The peak is that of 128-bit instructions, so fused ones have no share of it.
    if (gflops === null || way === "retrace-wide") return null;
    return { measured: percent(gflops / peak), met: gflops / peak >= WIDE_SHARE };
  };
  const target = `wide: share of the strict-SIMD peak, ${peak.toFixed(1)} GFLOP/s`;
  return verdict(target, `≥ ${percent(WIDE_SHARE)}`, finding);
}

/** Empty if the target's figure is missing. */
function verdict(target: string, wanted: string, finding: (way: OwnKind) => Finding | null): Verdict[] {
  const found = finding("retrace");
  return found === null ? [] : [{ target, wanted, ...found, wide: finding("retrace-wide") }];
}

function secondsOf(peers: readonly PeerResult[], kind: PeerKind): Spread | null {
  return peers.find((peer) => peer.kind === kind)?.seconds ?? null;
}

/** "75 %". */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
