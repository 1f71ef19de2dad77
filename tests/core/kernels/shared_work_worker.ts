/** Run by a test in a Worker: computes all shared work several times, and posts the results. */
import { join } from "node:path";
import { loadNative } from "../../../core/kernels/native.ts";
import { withWork, WORK } from "./shared_work.ts";

const ROUNDS = 5;

declare const self: { postMessage(message: [name: string, bits: Int32Array][]): void };

const { kernels } = await loadNative(join(import.meta.dirname!, "../../../core/kernels/built"));
const results: [string, Int32Array][] = [];
for (const name of WORK) {
  withWork(name, (bitsWith) => {
    for (let round = 0; round < ROUNDS; round++) results.push([name, bitsWith(kernels)]);
  });
}
self.postMessage(results);
