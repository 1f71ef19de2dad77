/** Opens the workers of a command that share its work: the first says what there is to do, others have to come to the same. */
import type { ConfigError } from "../../engine/run_errors.ts";
import { FAILED, printFailure } from "../failure.ts";
import { printError, red } from "../terminal.ts";
import type { Network } from "./network_requests.ts";
import type { Reply, Worker, WorkerPool } from "./worker_pool.ts";

/** What a worker says that there is to do. */
export type Opening = Extract<Reply, { variants: unknown }>;

/**
 * Opens the first worker, and locks what it has fetched; or returns the exit code, if there is nothing to do with it.
 * `refusalOf`: why what it says is not to be done.
 */
export async function openFirst(
  pool: WorkerPool,
  network: Network,
  refusalOf: (opening: Opening) => ConfigError | null = () => null,
): Promise<{ worker: Worker; opening: Opening } | { exitCode: number }> {
  let worker = pool.start();
  let opening = await worker.reply();
  // Files that are not stored are fetched by a worker that may.
  if (opening !== null && "network" in opening) {
    const refusal = network.refusalOf(opening.network);
    if (refusal !== null) return { exitCode: printFailure(refusal) };
    worker = pool.start(network.grant(opening.network));
    opening = await worker.reply();
  }
  // An invalid experiment, or a command that only prints, ends without one.
  if (opening === null || !("variants" in opening)) return { exitCode: await pool.finish(worker) };
  const failure = refusalOf(opening) ?? await pool.lock(opening.found).catch((error: Error) => error) ?? null;
  if (failure === null) return { worker, opening };
  worker.close();
  await worker.ended;
  return { exitCode: printFailure(failure) };
}

/** Opens another worker, which may reach these hosts; null, and no more work, if it does not come to the same. */
export async function openAnother(
  pool: WorkerPool,
  { variants }: Pick<Opening, "variants">,
  hosts: readonly string[],
): Promise<Worker | null> {
  const worker = pool.start(hosts);
  const reply = await worker.reply();
  if (reply !== null && "variants" in reply && reply.variants.join("\n") === variants.join("\n")) return worker;
  if (reply !== null) printError(`${red("error:")} An experiment was edited after the start. Run the command again.`);
  worker.close();
  if (pool.stopped() === null) pool.stop("A worker could not be started.", FAILED);
  return null;
}
