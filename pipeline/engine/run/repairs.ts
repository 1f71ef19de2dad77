/** Restarts work on a store when it encounters damaged bytes. */
import { CorruptArtifactError } from "../run_errors.ts";
import type { Store } from "../store/store.ts";

/** How often the same work is restarted. */
const MAX_REPAIRS = 3;

/**
 * Does `work`, again if it reads damaged bytes: they have been quarantined, so the next attempt recomputes them. Until
 * the work is done, no other process removes what it looks up or stores.
 */
export function withRepairs<T>(store: Store, work: () => Promise<T>): Promise<T> {
  return store.leased(async () => {
    for (let repairs = 0;; repairs++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof CorruptArtifactError) || repairs === MAX_REPAIRS) throw error;
      }
    }
  });
}
