/** Restarts work on a store when it encounters damaged bytes. */
import { CorruptArtifactError } from "../run_errors.ts";
import type { GateWait } from "../store/lease.ts";
import type { Store } from "../store/store.ts";

const MAX_REPAIRS = 3;

/** Does `work` in a lease, and again if it reads damaged bytes: these are quarantined, so they are recomputed. */
export function withRepairs<T>(store: Store, work: () => Promise<T>, wait?: Partial<GateWait>): Promise<T> {
  return store.leased(async () => {
    for (let repairs = 0;; repairs++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof CorruptArtifactError) || repairs === MAX_REPAIRS) throw error;
      }
    }
  }, wait);
}
