/** Seconds per epoch of a job in Retrace: prints seconds and mean loss, one epoch per line. Usage: JOB EPOCHS */
import { fastestBackend } from "../../pipeline/classifier/stages/backend_choice.ts";
import { trainerOf } from "../job_trainer.ts";

const [job, epochs] = Deno.args;
const trainer = trainerOf(JSON.parse(job), await fastestBackend());
for (let epoch = 1; epoch <= Number(epochs); epoch++) {
  const started = performance.now();
  const { train_loss } = trainer.runEpoch(epoch);
  console.log((performance.now() - started) / 1000, train_loss);
}
