/** Run by a test in a Worker: computes all shared work several times, and posts the results. */
import { join } from "node:path";
import { loadNative } from "../../../core/kernels/native.ts";
import { bitsOfWork, WORK } from "./shared_work.ts";

const ROUNDS = 5;

declare const self: { postMessage(message: [name: string, bits: Int32Array][]): void };

const { kernels } = await loadNative(join(import.meta.dirname!, "../../../core/kernels/built"));
self.postMessage(
  Array.from({ length: ROUNDS }, () => WORK.map((name): [string, Int32Array] => [name, bitsOfWork(kernels, name)]))
    .flat(),
);
