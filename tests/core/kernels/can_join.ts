/** Whether V8 can join pairs of 128-bit instructions here. */
import { V8_FLAG } from "../../../pipeline/stages/backend.ts";

/** True where the processor has AVX2, as far as Linux says so, and V8 knows the flag. */
export function canJoinPairs(): boolean {
  if (Deno.build.arch !== "x86_64" || Deno.build.os !== "linux") return false;
  const hasAvx2 = /^flags\b.*\bavx2\b/m.test(Deno.readTextFileSync("/proc/cpuinfo"));
  const command = new Deno.Command("deno", { args: ["eval", `--v8-flags=${V8_FLAG}`, ""], stderr: "null" });
  return hasAvx2 && command.outputSync().success;
}
