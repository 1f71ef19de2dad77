import { loadNative } from "./core/kernels/native.ts";
import { tensor } from "./core/tensor/tensor.ts";
const { kernels: k, setThreads } = await loadNative("core/kernels/built", Deno.args[0] ?? "x86-64-v4");
function time(f: () => void) { const best: number[] = []; for (let r = 0; r < 15; r++) { const n = 200; const s = performance.now(); for (let i = 0; i < n; i++) f(); best.push((performance.now() - s) / n * 1000); } best.sort((a, b) => a - b); return [best[0].toFixed(1), best[7].toFixed(1)].join("/"); }
const [x, w, z, dw] = [tensor([64, 784]), tensor([30, 784]), tensor([64, 30]), tensor([30, 784])];
const [x2, w2, z2, dw2, dx2] = [tensor([128, 784]), tensor([256, 784]), tensor([128, 256]), tensor([256, 784]), tensor([128, 784])];
const big = tensor([235000]), g = tensor([235000]);
const opts = { lr: 0.1, momentum: 0, dampening: 0, weight_decay: 0, nesterov: false };
for (const t of [1, 2, 1, 2]) {
  setThreads(t);
  console.log(t, "nt64x30", time(() => k.gemmNt(z, x, w, null, false)), "tn", time(() => k.gemmTn(dw, z, x, false)),
   "nt128x256", time(() => k.gemmNt(z2, x2, w2, null, false)), "tn", time(() => k.gemmTn(dw2, z2, x2, false)), "nn", time(() => k.gemmNn(dx2, z2, w2, false)),
   "sgd", time(() => k.sgdStep(big, g, null, opts, false)), "relu32k", time(()=>k.relu(x2,x2)));
}
