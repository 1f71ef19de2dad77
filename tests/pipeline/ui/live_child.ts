/** A process that opens a run's log, says so, and works for ever. */
import { openLiveLog } from "../../../pipeline/results/live_log.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";

const [folder, cache] = Deno.args;
const train = { model: ["linear(784,10)", "softmax"], epochs: 3 };
const log = openLiveLog({ folder, runName: "one", train }, new Store(cache));
console.log(log === null ? "no log" : "open");
setInterval(() => log, 1000);
