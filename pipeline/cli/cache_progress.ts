/** The progress of commands that go through a whole cache. */
import type { OnTurn } from "../engine/cache/contents.ts";
import type { FromWorker, ProgressReport } from "./protocol.ts";

/** The least time between two reports. Milliseconds. */
const REPORT_PERIOD = 100;

/** Makes what reports how far a command is with a part of its work, for example "reading". */
export function reportsOf(command: string, send: (message: FromWorker) => void) {
  let reported = -REPORT_PERIOD;
  return (stage: string, unit: ProgressReport["unit"]): OnTurn => (done, total) => {
    const now = performance.now();
    if (now - reported < REPORT_PERIOD) return;
    reported = now;
    send({ progress: { run: command, stage, done, total, unit, note: "" } });
  };
}
