/** The context in which a stage runs, and storing what it returns. */
import { keyOf } from "../keys/record.ts";
import { type Job, requestOf } from "../keys/request.ts";
import type { Artifact, Produced } from "../stage/kind.ts";
import type { OutputSpecs, StageContext } from "../stage/stage.ts";
import type { RunOptions } from "./run_options.ts";
import { DefinitionError } from "../run_errors.ts";
import { artifactName, selectionOf } from "../stage/stage_graph.ts";
import { LARGE } from "../store/file_status.ts";
import type { Address, Store } from "../store/store.ts";
import type { Pieces } from "../store/store_io.ts";

/** The least time between two checks for messages. Milliseconds. */
const YIELD_PERIOD = 200;
let lastYield = 0;

/** Makes the context of a stage from the values of its inputs. */
export function contextOf(
  job: Job,
  inputs: Record<string, unknown>,
  { store, signal, events, forced, kept }: RunOptions,
): StageContext<unknown, Record<string, never>, unknown> {
  return {
    params: job.params,
    inputs: inputs as Record<string, never>,
    library: job.library,
    // Created only for a stage that uses it.
    get scratch() {
      return store.scratch(job.stage.name, keyOf(requestOf(job)));
    },
    signal,
    progress: (...values) => events.progress?.(job.stage, ...values),
    pause: () => pause(signal),
    hasEnded: () => job.last !== undefined,
    stored: (digest) => forced.has(job.stage.name) ? null : storedArtifact(store, digest),
    pinned(digest) {
      const bytes = kept?.get(digest);
      if (bytes !== undefined) return bytes;
      throw new TypeError(
        `The stage ${job.stage.name} needs the file ${digest}, which it has not got to be completed.`,
      );
    },
  };
}

/** The artifact with this digest; null if it is not stored, or damaged. */
function storedArtifact(store: Store, digest: string): Artifact | null {
  const status = store.io.status(store.artifactPath(digest));
  if (status?.kind !== "file") return null;
  const address = { digest, size: status.size };
  return store.holds(address) ? store.artifact(address) : null;
}

/**
 * Lets pending messages be handled between two pieces of work; null if that was done a moment ago. Only a timer makes the
 * event loop check for them in any case; it takes a millisecond or two, so there is one per YIELD_PERIOD at most.
 * @throws the signal's reason when it is aborted.
 */
export function pause(signal: AbortSignal): Promise<void> | null {
  signal.throwIfAborted();
  return performance.now() - lastYield < YIELD_PERIOD ? null : yieldToEventLoop(signal);
}

async function yieldToEventLoop(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  lastYield = performance.now();
  signal.throwIfAborted();
}

/** Stores the values that a stage returned. @throws DefinitionError if they, or their parts, are not those declared. */
export async function putAll(
  stage: string,
  declared: OutputSpecs,
  returned: Record<string, unknown>,
  store: Store,
): Promise<Record<string, Address>> {
  checkNames(stage, Object.keys(declared), Object.keys(Object(returned)));
  const addresses: Record<string, Address> = {};
  for (const [name, output] of Object.entries(declared)) {
    const { kind, parts } = selectionOf(output);
    const produced = kind.close(returned[name]);
    for (const part of parts) {
      const made = produced[part];
      if (made === undefined) checkNames(stage, parts, Object.keys(produced));
      const wrong = (found: unknown) => wrongOutput(stage, `the output ${part} of the kind ${kind.name}`, found);
      addresses[artifactName(name, kind, part)] = await put(made, store, wrong);
    }
  }
  return addresses;
}

async function put(made: Produced, store: Store, wrong: (found: unknown) => DefinitionError): Promise<Address> {
  if (made instanceof Uint8Array) return made.length < LARGE ? store.put(made) : await store.putPieces([made]);
  if (typeof made !== "object" || made === null) throw wrong(made);
  if ("digest" in made && ("path" in made || "bytes" in made)) return store.put(made);
  if ("digest" in made || typeof made.pieces !== "function") throw wrong(made);
  return await store.putPieces(checkedPieces(made.pieces(), wrong));
}

function* checkedPieces(pieces: Pieces, wrong: (found: unknown) => DefinitionError): Pieces {
  for (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) throw wrong(piece);
    yield piece;
  }
}

function wrongOutput(stage: string, output: string, found: unknown): DefinitionError {
  return new DefinitionError(
    `Stage ${stage} returned ${
      found === null ? "null" : `an ${typeof found}`.replace(/^an (?![aeiou])/, "a ")
    } for ${output}, ` +
      "where bytes (a Uint8Array), { pieces } of them, an artifact, or { path, digest } of a file were expected.",
  );
}

function checkNames(stage: string, declared: readonly string[], returned: readonly string[]): void {
  const [expected, found] = [declared, returned].map((names) => names.toSorted().join(", "));
  if (expected === found) return;
  throw new DefinitionError(`Stage ${stage} declares the outputs [${expected}] but returned [${found}].`);
}
