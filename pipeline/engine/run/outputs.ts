/** Stores what a stage returned, after checking that it is what the stage declared. */
import { LARGE } from "../store/remembered_checks.ts";
import type { OutputSpec, Produced } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";

/**
 * Stores every output.
 * @throws TypeError when an output is missing or was never declared: a mistake in the stage.
 */
export async function putAll(
  stage: string,
  declared: Record<string, OutputSpec>,
  produced: Record<string, Produced>,
  store: Store,
): Promise<Record<string, Address>> {
  const expected = Object.keys(declared).sort().join(", ");
  const found = Object.keys(produced).sort().join(", ");
  if (expected !== found) {
    throw new TypeError(`Stage ${stage} declares the outputs [${expected}] but put out [${found}].`);
  }
  const addresses: Record<string, Address> = {};
  for (const [name, output] of Object.entries(produced)) {
    const isLarge = output instanceof Uint8Array && output.length >= LARGE;
    addresses[name] = isLarge ? await store.putLarge(output) : store.put(output);
  }
  return addresses;
}
