/** Stores what a stage returned, after checking it against what the stage declares. */
import { DefinitionError } from "../run_errors.ts";
import { artifactName, selectionOf } from "../stage/stage_graph.ts";
import type { OutputSpecs } from "../stage/stage.ts";
import { LARGE } from "../store/file_status.ts";
import type { Address, Store } from "../store/store.ts";

/**
 * Stores the values that a stage returned.
 * @throws DefinitionError if one, or a part, is missing or was not declared.
 */
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
      if (typeof made !== "object" || made === null || !("length" in made || "path" in made || "digest" in made)) {
        throw new DefinitionError(
          `Stage ${stage} returned ${
            typeof made === "object" ? "an object" : typeof made
          } for the output ${part}, where ` +
            `the kind ${kind.name} expects bytes (a Uint8Array), an artifact, or { path, digest } of a file.`,
        );
      }
      const isLarge = made instanceof Uint8Array && made.length >= LARGE;
      addresses[artifactName(name, kind, part)] = isLarge ? await store.putLarge(made) : store.put(made);
    }
  }
  return addresses;
}

function checkNames(stage: string, declared: readonly string[], returned: readonly string[]): void {
  const [expected, found] = [declared, returned].map((names) => names.toSorted().join(", "));
  if (expected === found) return;
  throw new DefinitionError(`Stage ${stage} declares the outputs [${expected}] but returned [${found}].`);
}
