/** Stores what a stage returned, after checking that it is what the stage declared. */
import type { OutputSpec, Produced } from "./stage.ts";
import type { Address, Store } from "./store.ts";

/**
 * Stores every output.
 * @throws TypeError when an output is missing or was never declared: a mistake in the stage.
 */
export function putAll(
  stage: string,
  declared: Record<string, OutputSpec>,
  produced: Record<string, Produced>,
  store: Store,
): Record<string, Address> {
  const expected = Object.keys(declared).sort().join(", ");
  const found = Object.keys(produced).sort().join(", ");
  if (expected !== found) {
    throw new TypeError(`Stage ${stage} declares the outputs [${expected}] but put out [${found}].`);
  }
  return Object.fromEntries(Object.entries(produced).map(([name, output]) => [name, store.put(output)]));
}
