/** What digests.json in the folder of the libraries records: digests of the kernels' sources, and of each built file. */

/** A digest, as the file has it. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).toHex();
}

/** The digest of "sources" or "kernels.x86-64-v3.so". @throws NativeError if digests.json is damaged or lacks it. */
export async function recordedDigest(folder: string, name: string): Promise<string> {
  const digest = (await recordedDigests(folder))[name];
  if (typeof digest === "string") return digest;
  throw expected(folder, `none of ${name}`);
}

/** All of them. @throws NativeError if digests.json is missing or damaged. */
export async function recordedDigests(folder: string): Promise<Record<string, unknown>> {
  const found = await jsonIn(fileIn(folder));
  if ("instead" in found) throw expected(folder, found.instead);
  if (typeof found.value === "object" && found.value !== null) return { ...found.value };
  throw expected(folder, "other values");
}

const fileIn = (folder: string) => `${folder}/digests.json`;

function expected(folder: string, found: string): NativeError {
  return new NativeError(
    `Expected the digests of the built kernels in ${fileIn(folder)}, found ${found}. ` +
      "Restore it: git checkout core/kernels/built.",
  );
}

/** What is said of a file that is not there. */
export const NO_FILE = "no such file";

/** The value in a JSON file; or, in a few words, what was found instead. */
export async function jsonIn(file: string): Promise<{ value: unknown } | { instead: string }> {
  try {
    return { value: JSON.parse(await Deno.readTextFile(file)) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { instead: NO_FILE };
    if (error instanceof Deno.errors.IsADirectory) return { instead: "a folder" };
    if (error instanceof SyntaxError) return { instead: "text that is not JSON" };
    throw error;
  }
}

/** A reason why the libraries are not used, as a sentence for people. */
export class NativeError extends Error {
  override name = "NativeError";
}
