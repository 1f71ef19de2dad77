/** Lets other processes follow a run while it works. A run that has nothing to do writes nothing. */
import type { RunEvents } from "../engine/run/runner.ts";
import type { Store } from "../engine/store/store.ts";
import type { LiveLog, LiveRun } from "./live_log.ts";

/**
 * Does `work`, from the first stage to the results, with events that go to `view`, and to a live log as soon as a stage
 * really runs.
 */
export async function followable<T>(
  run: LiveRun,
  store: Store,
  view: RunEvents,
  work: (events: RunEvents) => Promise<T>,
): Promise<T> {
  // In an object: the compiler does not see that the events set it.
  const live: { log: LiveLog | null } = { log: null };
  const events: RunEvents = {
    ...view,
    async stageStarts(stage, stored) {
      live.log ??= (await import("./live_log.ts")).openLiveLog(run, store);
      live.log?.stageStarts(stage, stored);
      await view.stageStarts?.(stage, stored);
    },
    stepEnds(stage, step, outputs) {
      live.log?.stepEnds(stage, step, outputs);
      view.stepEnds?.(stage, step, outputs);
    },
  };
  try {
    return await work(events);
  } catch (error) {
    live.log?.fails(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    live.log?.close();
  }
}
