/** Tests that train in PyTorch itself, with the reference BLAS. */
import { PYTORCH, testWith } from "../../programs_here.ts";

const NEEDED = {
  paths: [...PYTORCH.paths, "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3"],
  packages: "python3-torch libblas3",
};

/** A test that trains in PyTorch. */
export function pytorchTest(name: string, fn: () => Promise<void>): void {
  testWith(name, NEEDED, fn);
}
