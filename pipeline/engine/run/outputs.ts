/** Stores what a stage returned, after checking it against what the stage declares. */
import { artifactName, selectionOf } from "../stage/graph.ts";
import type { Produced } from "../stage/artifact.ts";
import type { OutputSpecs } from "../stage/stage.ts";
import { LARGE } from "../store/file_status.ts";
import type { Address, Store } from "../store/store.ts";

/**
 * Stores every artifact of the values that a stage returned.
 * @throws TypeError if an output, or a part of one, is missing or was not declared: a mistake in the stage.
 */
export async function putAll(
  stage: string,
  declared: OutputSpecs,
  returned: Record<string, unknown>,
  store: Store,
): Promise<Record<string, Address>> {
  checkNames(stage, Object.keys(declared), Object.keys(returned));
  const addresses: Record<string, Address> = {};
  for (const [name, output] of Object.entries(declared)) {
    const { kind, parts } = selectionOf(output);
    const produced = kind.close(returned[name]);
    for (const part of parts) {
      if (produced[part] === undefined) checkNames(stage, parts, Object.keys(produced));
      addresses[artifactName(name, kind, part)] = await put(produced[part], store);
    }
  }
  return addresses;
}

function put(produced: Produced, store: Store): Promise<Address> | Address {
  const isLarge = produced instanceof Uint8Array && produced.length >= LARGE;
  return isLarge ? store.putLarge(produced) : store.put(produced);
}

function checkNames(stage: string, declared: readonly string[], returned: readonly string[]): void {
  const [expected, found] = [declared, returned].map((names) => names.toSorted().join(", "));
  if (expected === found) return;
  throw new TypeError(`Stage ${stage} declares the outputs [${expected}] but returned [${found}]..`);
}
