/** Work on a store that starts over when it comes upon damaged bytes. */
import { CorruptArtifactError } from "../run_errors.ts";
import type { Store } from "../store/store.ts";

/** How often work starts over because stored bytes turned out to be damaged while they were read. */
const MOST_REPAIRS = 3;

/**
 * Does `work`, and does it again when it comes upon stored bytes that are damaged: they have been set aside by then, so
 * that the next time they are made anew. What the work looks up and stores is not removed by others until it is done.
 */
export function withRepairs<T>(store: Store, work: () => Promise<T>): Promise<T> {
  return store.leased(async () => {
    for (let repairs = 0;; repairs++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof CorruptArtifactError) || repairs === MOST_REPAIRS) throw error;
      }
    }
  });
}
