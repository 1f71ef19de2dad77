/**
 * The same bits on arm64, whose Deno an emulator runs. Tested where the variable ARM64_DENO names that Deno, and Debian's
 * qemu-user-static, libc6-arm64-cross and libgcc-s1-arm64-cross are installed.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { reproduceIn } from "./reproduced.ts";
import { commandOf, mustBeDone, outcomeOf } from "./retrace.ts";

const DENO = Deno.env.get("ARM64_DENO");
const [QEMU, LIBRARIES] = ["/usr/bin/qemu-aarch64-static", "/usr/aarch64-linux-gnu"];
const ignore = DENO === undefined || ![DENO, QEMU, LIBRARIES].every(isThere);

/** Random cases of each test of a kernel: the emulator takes some fifty times as long. */
const CASES = "10";

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== null;
  } catch {
    return false;
  }
}

/** A program `deno` that is arm64's, also for the workers that it starts, and the variables with which it is found. */
function arm64Deno(small: SmallDataset): { program: string; env: Record<string, string> } {
  Deno.mkdirSync(small.path("bin"));
  const program = small.write("bin/deno", `#!/bin/sh\nexec ${QEMU} -L ${LIBRARIES} '${DENO}' "$@"\n`);
  Deno.chmodSync(program, 0o755);
  // Compiled code that Deno keeps is this processor's.
  const env = { PATH: `${small.path("bin")}:${Deno.env.get("PATH")}`, DENO_DIR: small.path("deno") };
  return { program, env };
}

Deno.test("reproduce on arm64 finds the digests of this processor, natively with two threads, and in WebAssembly", {
  ignore,
}, async () => {
  // Products that threads share.
  using small = makeSmallDataset({ model: ["linear(784,90)", "relu", "linear(90,10)", "softmax"] });
  mustBeDone(await reproduceIn(small.folder, ["--update", small.config]));
  const { program, env } = arm64Deno(small);
  const reproduce = async (...args: string[]) => {
    const folders = ["--expected", small.path("expected.json"), "--cache", small.path("cache")];
    const [, ...words] = commandOf(["reproduce", small.config, "--json", ...folders, ...args]);
    const outcome = await outcomeOf([program, ...words], env);
    mustBeDone(outcome);
    const { status, kernels, comparison } = JSON.parse(outcome.stdout);
    assertEquals(comparison.differing, 0);
    return [status, kernels];
  };
  assertEquals(await reproduce("--threads", "2"), ["same", "native aarch64"]);
  assertEquals(await reproduce("--kernels", "wasm"), ["same", "wasm"]);
});

Deno.test("compiled kernels have the plain twins' bits on arm64", { ignore }, async () => {
  using small = makeSmallDataset();
  const { program, env } = arm64Deno(small);
  const files = ["elementwise", "gather", "loss", "sgd"].map((name) => join("tests/core/kernels", `${name}_test.ts`));
  const args = ["test", "--quiet", "--no-check", "--allow-all", ...files];
  const { code, stdout } = await outcomeOf([program, ...args], { ...env, KERNEL_CASES: CASES, NO_COLOR: "1" });
  assertEquals(code, 0, stdout);
  assertMatch(stdout, /^relu has the plain twin's bits .* ok/m);
});
