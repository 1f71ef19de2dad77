/** What a worker does to complete experiments before they are run or planned. */
import type { CommandContext } from "./command.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { digestOfPlain } from "../engine/store/digest.ts";
import { withLock } from "../engine/store/lock.ts";
import type { Store } from "../engine/store/store.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import { type Pinned, pinned, type Pinning } from "../experiment/pinned.ts";
import { filesOfRuns, type RunPlaces } from "./files_of_runs.ts";
import { deniedHosts } from "./network.ts";
import { makeRunView } from "./run_view.ts";
import { dim, printError } from "./terminal.ts";

/** What a worker receives for it. */
export type PinSurroundings = Pick<
  CommandContext<Record<never, never>>,
  "pipeline" | "lockOf" | "foldersOf" | "signal" | "send"
>;

/** The folder in scratch/ for files on the web that nobody has locked yet. */
const SCRATCH = "pins";

/** Completes experiments; files that are not locked are fetched into the store, if there is one. */
async function pinExperiments<E extends LoadedExperiment>(
  experiments: readonly E[],
  { pipeline, lockOf, foldersOf, signal, send }: PinSurroundings,
  places: RunPlaces,
  store: Store | null = null,
): ReturnType<typeof pinned<E>> {
  const views = new Map<string, ReturnType<typeof makeRunView>>();
  const progress: Pinning["progress"] = ({ experiment: { name } }, stage, ...values) => {
    const view = views.getOrInsertComputed(name, () => {
      const made = makeRunView(name, false, (progress) => send({ progress }));
      made.stageStarts?.(stage, []);
      return made;
    });
    view.progress?.(stage, ...values);
  };
  const fileOfRun = filesOfRuns(experiments, places);
  const fetch = store && fetchInto(store, signal);
  try {
    return await pinned(pipeline, experiments, { lockOf, foldersOf, fileOfRun, signal, progress, fetch });
  } finally {
    if (views.size > 0) send({ progress: null });
  }
}

/** Completes experiments that are to be run; or returns the hosts ("HOST:PORT") that this process has to reach first. */
export async function pinForRun<E extends LoadedExperiment>(
  experiments: readonly E[],
  surroundings: PinSurroundings,
  places: RunPlaces,
  store: Store,
): Promise<Awaited<ReturnType<typeof pinned<E>>> | { network: string[] }> {
  const known = await pinExperiments(experiments, surroundings, places);
  const open = known.experiments.filter(({ pins }) => pins.open.length > 0);
  if (open.length === 0) return known;
  const network = [...new Set(open.flatMap((one) => deniedHosts(one, surroundings.pipeline)))];
  return network.length > 0 ? { network } : await pinExperiments(known.experiments, surroundings, places, store);
}

/** Completes experiments without the network, and says what is not known. */
export async function pinForPlan<E extends LoadedExperiment>(
  experiments: readonly E[],
  surroundings: PinSurroundings,
  places: RunPlaces,
): ReturnType<typeof pinned<E>> {
  const known = await pinExperiments(experiments, surroundings, places);
  const [first, ...others] = new Set(known.experiments.flatMap(({ pins }) => pins.open));
  if (first !== undefined) {
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    printError(
      dim(`note: ${first}${more} was never fetched, so its SHA-256 is not known. A run fetches and locks it.`),
    );
  }
  return known;
}

/** @throws ConfigError if a file on the web is not locked. */
export function requireLocked(experiments: readonly Pinned<LoadedExperiment>[]): void {
  for (const { file, pins: { open } } of experiments) {
    if (open.length === 0) continue;
    throw new ConfigError(
      `${open[0]} is not locked, because it was never fetched. Run it first: deno task run ${file}`,
    );
  }
}

/** Forgets what was kept of files in case that they would not be locked. */
export function forgetFetched(store: Store, addresses: readonly string[]): void {
  for (const address of addresses) store.tree.removeAll(store.scratch(SCRATCH, digestOfPlain(address)));
}

/** Gets a file and stores it, where the stage that needs it finds it. */
function fetchInto(store: Store, signal: AbortSignal): NonNullable<Pinning["fetch"]> {
  return (address, get) => {
    const name = digestOfPlain(address);
    const work = async () => {
      const got = await get(store.scratch(SCRATCH, name));
      const { digest, size } = store.put({ ...got, move: false });
      return { sha256: digest, size };
    };
    const locked = () => withLock(store.tree, store.lockPath(`${SCRATCH}-${name}`), () => {}, work, { signal });
    return store.leased(locked, { signal });
  };
}
