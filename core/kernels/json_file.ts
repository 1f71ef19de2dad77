/** JSON files beside the libraries. */

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
