/** The compiled kernels, which tests compare with the plain twins. */
import { join } from "node:path";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { loadNative, usableLibraries } from "../../../core/kernels/native.ts";
import { wasm } from "../../../core/kernels/wasm.ts";

const LIBRARIES = join(import.meta.dirname!, "../../../core/kernels/built");

/** WebAssembly, and every native library that this processor can run; none where there are no native kernels. */
export const COMPILED: Readonly<Record<string, Kernels>> = { WebAssembly: wasm, ...await nativeKernels() };

async function nativeKernels(): Promise<Record<string, Kernels>> {
  if (Deno.build.os !== "linux") return {};
  const loaded = await Promise.all((await usableLibraries(LIBRARIES)).map((name) => loadNative(LIBRARIES, name)));
  return Object.fromEntries(loaded.map(({ name, kernels }) => [name, kernels]));
}
