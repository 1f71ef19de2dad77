import { trainerOf } from "./bench/job_trainer.ts";
import { loadNative } from "./core/kernels/native.ts";
import { wasmBackend } from "./core/tensor/backend.ts";
const [job, epochs, name, threads] = Deno.args;
let backend = wasmBackend;
if (name !== "wasm") { const l = await loadNative("core/kernels/built", name); backend = { ...wasmBackend, kernels: l.kernels }; l.setThreads(Number(threads ?? 1)); }
const trainer = trainerOf(JSON.parse(job), backend);
for (let e = 1; e <= Number(epochs); e++) { const s = performance.now(); const { train_loss } = trainer.runEpoch(e); console.log(name+"/"+threads, (performance.now() - s) / 1000, train_loss); }
