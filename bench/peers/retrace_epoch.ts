/** Seconds per epoch of a job in Retrace: prints seconds and mean loss, one epoch per line. Usage: JOB EPOCHS KERNELS THREADS */
import { backendOf } from "../computing.ts";
import { trainerOf } from "../job_trainer.ts";

const [job, epochs, kernels, threads] = Deno.args;
const { backend } = await backendOf(kernels, Number(threads));
const trainer = trainerOf(JSON.parse(job), backend);
for (let epoch = 1; epoch <= Number(epochs); epoch++) {
  const started = performance.now();
  const { train_loss } = trainer.runEpoch(epoch);
  console.log((performance.now() - started) / 1000, train_loss);
}
