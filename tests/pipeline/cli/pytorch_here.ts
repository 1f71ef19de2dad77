/** Tests with PyTorch itself; they are skipped, and say so, where Debian's PyTorch and the reference BLAS are missing. */

const NEEDED = ["/usr/lib/python3/dist-packages/torch/version.py", "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3"];

/** A test that trains in PyTorch. */
export function pytorchTest(name: string, fn: () => Promise<void>): void {
  const missing = NEEDED.filter((path) => !exists(path));
  const why = `skipped: there is no ${missing[0]}; apt-get install python3-torch libblas3`;
  Deno.test({ name: missing.length === 0 ? name : `${name} (${why})`, ignore: missing.length > 0, fn });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
