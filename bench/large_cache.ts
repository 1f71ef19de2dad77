/** A cache with as many records as long sweeps leave: copies of the training and validation of a real run. */
import { addressesOf, everyRecord, keyOf, type StageRecord, writeRecord } from "../pipeline/engine/keys/record.ts";
import { digestOfPlain } from "../pipeline/engine/store/digest.ts";
import { Store } from "../pipeline/engine/store/store.ts";
import { diskIo, type StoreIo } from "../pipeline/engine/store/store_io.ts";

/** The stages that a trial does anew, in order. */
const STAGES = ["train", "validate"];
/** What is kept of a larger artifact, a checkpoint for example, and what all trials share. Bytes. */
const [MOST_BYTES, SHARED_BYTES] = [1500, 64];

/**
 * Adds trials to a cache that holds a run with a training and its validation, until it has at least `count` records. A
 * trial is a copy of both, steps included, with another learning rate and artifacts of its own. All of it is valid, and
 * none of it would be found by a run. Returns the number of records and of artifacts.
 */
export function fillCache(cache: string, count: number): { records: number; artifacts: number } {
  const store = new Store(cache, withoutSync(diskIo(cache)));
  const stored = [...everyRecord(store)].map(([, record]) => record!);
  const model = STAGES.flatMap((name) => stored.filter(({ request: { stage } }) => stage === name));
  const artifacts = artifactsOf(store, model);
  const trials = Math.ceil((count - stored.length) / model.length);
  for (let trial = 1; trial <= trials; trial++) addTrial(store, model, artifacts, trial);
  return { records: stored.length + trials * model.length, artifacts: trials * artifacts.size };
}

/** The beginning of each artifact that is not shared, by its digest. */
function artifactsOf(store: Store, model: readonly StageRecord[]): Map<string, Uint8Array<ArrayBuffer>> {
  const addresses = model.flatMap(addressesOf).map(({ address }) => address).filter(({ size }) => size > SHARED_BYTES);
  return new Map(
    addresses.map((address) => [address.digest, store.artifact(address).bytes().slice(0, MOST_BYTES)]),
  );
}

function addTrial(
  store: Store,
  model: readonly StageRecord[],
  artifacts: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  trial: number,
): void {
  /** Digests of the model, and what replaces them. */
  const renamed = new Map<string, string>();
  const rename = (digest: string) => renamed.get(digest) ?? digest;
  for (const [digest, bytes] of artifacts) {
    new DataView(bytes.buffer).setUint32(bytes.length - 4, trial);
    renamed.set(digest, store.put(bytes).digest);
  }
  // The key of a step has one digest for all steps up to it.
  for (const list of model.flatMap(({ each = {} }) => Object.values(each))) {
    const digests = list.map(({ digest }) => digest);
    for (const end of digests.keys()) {
      const steps = digests.slice(0, end + 1);
      renamed.set(digestOfPlain(steps), digestOfPlain(steps.map(rename)));
    }
  }
  for (const record of model) {
    const text = JSON.stringify(record).replaceAll(/[0-9a-f]{64}/g, rename);
    const copy: StageRecord = JSON.parse(text, (name, value) => {
      if (name === "lr") return value + trial / 1e6;
      return name === "size" && value > MOST_BYTES ? MOST_BYTES : value;
    });
    renamed.set(keyOf(record.request), keyOf(copy.request));
    writeRecord(store, copy);
  }
}

/** Files that are not on disk at once: a hundred thousand would take minutes. */
function withoutSync(io: StoreIo): StoreIo {
  return {
    ...io,
    writeDurably: (path, bytes) => Deno.writeFileSync(path, bytes),
    rename: (from, to) => Deno.renameSync(from, to),
  };
}
