/**
 * The same bits on arm64, whose Deno an emulator runs: in a few small cases, because it takes some fifty times as long.
 * RETRACE_ARM64_DENO names that Deno, the program in npm's @deno/linux-arm64-glibc.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { reproduceIn } from "./reproduced.ts";
import { commandOf, mustBeDone, outcomeOf } from "./retrace.ts";

const DENO = Deno.env.get("RETRACE_ARM64_DENO") ?? "";
const [QEMU, LIBRARIES] = ["/usr/bin/qemu-aarch64-static", "/usr/aarch64-linux-gnu"];
const PROGRAMS = [QEMU, `${LIBRARIES}/lib/libc.so.6`, `${LIBRARIES}/lib/libgcc_s.so.1`];
/** Random cases of each test of a kernel. */
const CASES = "3";

/** A test that emulates; where that is impossible, it is skipped, and says so. */
function arm64Test(name: string, fn: () => Promise<void>): void {
  const missing = PROGRAMS.filter((path) => !existsSync(path));
  const why = missing.length > 0
    ? `there is no ${missing[0]}; apt-get install qemu-user-static libc6-arm64-cross libgcc-s1-arm64-cross`
    : DENO !== "" && existsSync(DENO)
    ? null
    : "RETRACE_ARM64_DENO names no arm64 Deno";
  Deno.test({ name: why === null ? name : `${name} (skipped: ${why})`, ignore: why !== null, fn });
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

arm64Test("reproduce on arm64 finds x86's digests, natively with two threads and in WebAssembly", async () => {
  // Products that threads share.
  using small = makeSmallDataset({ epochs: 1, model: ["linear(784,90)", "relu", "linear(90,10)", "softmax"] });
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

arm64Test("compiled kernels have the plain twins' bits on arm64", async () => {
  using small = makeSmallDataset();
  const { program, env } = arm64Deno(small);
  const files = ["elementwise", "loss", "sgd"].map((name) => join("tests/core/kernels", `${name}_test.ts`));
  const args = ["test", "--quiet", "--no-check", "--allow-all", ...files];
  const { code, stdout } = await outcomeOf([program, ...args], { ...env, RETRACE_KERNEL_CASES: CASES, NO_COLOR: "1" });
  assertEquals(code, 0, stdout);
  assertMatch(stdout, /^relu has the plain twin's bits .* ok/m);
});
