/** Seconds per epoch of the two-layer job: prints one line an epoch, seconds and mean loss. Usage: EPOCHS */
import { twoLayerTrainer } from "../two_layer.ts";

const trainer = twoLayerTrainer();
for (let epoch = 1; epoch <= Number(Deno.args[0]); epoch++) {
  const started = performance.now();
  const { train_loss } = trainer.runEpoch(epoch, () => {});
  console.log((performance.now() - started) / 1000, train_loss);
}
