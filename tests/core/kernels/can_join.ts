/** Whether V8 can join pairs of 128-bit instructions here. */
import { V8_FLAG } from "../../../pipeline/stages/backend.ts";

/** True where the processor has AVX2, as far as lscpu says so, and V8 knows the flag. */
export function canJoinPairs(): boolean {
  if (Deno.build.arch !== "x86_64") return false;
  return /\bavx2\b/.test(outputOf("lscpu")) &&
    outputOf("deno", "eval", `--v8-flags=${V8_FLAG}`, "console.log(1)") !== "";
}

/** What a command prints; nothing where there is no such command. */
function outputOf(program: string, ...args: string[]): string {
  try {
    return new TextDecoder().decode(new Deno.Command(program, { args, stderr: "null" }).outputSync().stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
