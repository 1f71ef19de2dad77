/** An entry point: writes the lock of an experiment, for the front, and may do nothing else. */
import { writeWhole } from "../../results/whole_file.ts";
import { FAILED } from "../failure.ts";
import { printError } from "../terminal.ts";

if (import.meta.main) {
  const { path, text }: { path: string; text: string } = await new Response(Deno.stdin.readable).json();
  try {
    writeWhole(path, new TextEncoder().encode(text), "the lock of the experiment");
  } catch (error) {
    printError((error as Error).message);
    Deno.exit(FAILED);
  }
}
