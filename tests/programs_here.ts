/** Tests with other programs; they are skipped, and say so, where one of them is missing. */

/** A test that needs these files, which `packages` of Debian install. */
export function testWith(
  name: string,
  { paths, packages }: { paths: readonly string[]; packages: string },
  fn: () => void | Promise<void>,
): void {
  const missing = paths.filter((path) => !exists(path));
  const why = `skipped: there is no ${missing[0]}; apt-get install ${packages}`;
  Deno.test({ name: missing.length === 0 ? name : `${name} (${why})`, ignore: missing.length > 0, fn });
}

/** Debian's Python with PyTorch, and with NumPy. */
export const PYTORCH = { paths: ["/usr/lib/python3/dist-packages/torch/version.py"], packages: "python3-torch" };
export const NUMPY = { paths: ["/usr/lib/python3/dist-packages/numpy/version.py"], packages: "python3-numpy" };
export const PROTOC = { paths: ["/usr/bin/protoc"], packages: "protobuf-compiler" };

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
