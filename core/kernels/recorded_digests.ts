/** What digests.json in the folder of the libraries records: digests of the kernels' sources, and of each built file. */
import { NativeError } from "./native_error.ts";

/**
 * The digest of that name, "sources" or "kernels.x86-64-v3.so".
 * @throws NativeError if digests.json is missing or damaged, or has none of that name.
 */
export async function recordedDigest(folder: string, name: string): Promise<string> {
  const file = `${folder}/digests.json`;
  const digest = (await digestsIn(file))[name];
  if (typeof digest === "string") return digest;
  throw expected(file, `none of ${name}`);
}

async function digestsIn(file: string): Promise<Record<string, unknown>> {
  try {
    const digests = JSON.parse(await Deno.readTextFile(file));
    if (typeof digests === "object" && digests !== null) return digests;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw expected(file, "no such file");
    if (error instanceof Deno.errors.IsADirectory) throw expected(file, "a folder");
    if (error instanceof SyntaxError) throw expected(file, "text that is not JSON");
    throw error;
  }
  throw expected(file, "other values");
}

function expected(file: string, found: string): NativeError {
  return new NativeError(
    `Expected the digests of the built kernels in ${file}, found ${found}. Restore it: git checkout core/kernels/built.`,
  );
}
