/** An epoch of the two-layer job: deno task bench. */
import { twoLayerTrainer } from "./two_layer.ts";

const trainer = twoLayerTrainer();
let epoch = 0;

Deno.bench("an epoch of two-layer (938 steps of 64 rows)", { n: 10, warmup: 2 }, () => {
  trainer.runEpoch(++epoch, () => {});
});
