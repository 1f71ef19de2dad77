import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { wide } from "../../../core/kernels/wide.ts";
import { canJoinPairs } from "../../../bench/machine.ts";
import { fastestBackend, V8_FLAG, V8_FLAGS_VARIABLE } from "../../../pipeline/classifier/stages/backend_choice.ts";

/** Runs `work` with this value of the variable. */
async function withFlags<T>(flags: string | undefined, work: () => Promise<T>): Promise<T> {
  const before = Deno.env.get(V8_FLAGS_VARIABLE);
  const set = (value: string | undefined) =>
    value === undefined ? Deno.env.delete(V8_FLAGS_VARIABLE) : Deno.env.set(V8_FLAGS_VARIABLE, value);
  set(flags);
  try {
    return await work();
  } finally {
    set(before);
  }
}

Deno.test("fastestBackend() is the wide one if V8 was started with the flag, and the plain one otherwise", async () => {
  for (const flags of [V8_FLAG, `--stack-size=2000,${V8_FLAG}`]) {
    assertEquals((await withFlags(flags, fastestBackend)).kernels === wide, true, flags);
  }
  for (const flags of [undefined, "--stack-size=2000", V8_FLAG.replace("--", "--no-")]) {
    assertEquals((await withFlags(flags, fastestBackend)).kernels === wasmBackend.kernels, true, flags);
  }
});

Deno.test({
  name: "fastestBackend() is the plain one without permission to read the variable",
  ignore: !canJoinPairs(),
  fn: readsNoVariable,
});

function readsNoVariable(): void {
  const script = fileURLToPath(new URL("./backend_chosen.ts", import.meta.url));
  const chosenWith = (...permissions: string[]) => {
    const args = ["run", "--quiet", "--no-prompt", ...permissions, script];
    const { stdout } = new Deno.Command("deno", { args, env: { [V8_FLAGS_VARIABLE]: V8_FLAG } }).outputSync();
    return new TextDecoder().decode(stdout);
  };
  assertEquals(chosenWith(`--allow-env=${V8_FLAGS_VARIABLE}`), "wide\n");
  assertEquals(chosenWith(), "plain\n");
}
