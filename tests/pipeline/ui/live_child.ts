/** A process that opens a run's log, says so, and works for ever. */
import { Store } from "../../../pipeline/engine/store/store.ts";
import { openLiveLog } from "../../../pipeline/results/live_log.ts";
import { liveRun } from "./toy_run.ts";

const [folder, cache] = Deno.args;
const log = openLiveLog(liveRun(folder), new Store(cache));
console.log(log === null ? "no log" : "open");
setInterval(() => log, 1000);
