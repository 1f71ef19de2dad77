/**
 * The same bits on arm64, whose Deno an emulator runs: in a few small cases, because it takes some fifty times as long.
 * RETRACE_ARM64_DENO names that Deno, the program in npm's @deno/linux-arm64-glibc.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { commandOf, mustBeDone, type Outcome, outcomeOf } from "./retrace.ts";

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

/**
 * Runs Deno with these arguments, first as it is here and then as arm64's, and gives the outcome of each. The second finds
 * the modules as the first has translated them, which would take an emulator longest; compiled code is its own affair.
 */
async function onBoth(small: SmallDataset, first: string[], ...others: string[][]): Promise<Outcome[]> {
  const DENO_DIR = small.path("deno");
  const env = { DENO_DIR, RETRACE_KERNEL_CASES: CASES, NO_COLOR: "1" };
  const here = await outcomeOf([Deno.execPath(), ...first], env);
  mustBeDone(here);
  for (const { name } of Deno.readDirSync(DENO_DIR)) {
    if (name.startsWith("v8_code_cache")) Deno.removeSync(join(DENO_DIR, name));
  }
  // Found as `deno` by the front, too, which starts workers.
  Deno.mkdirSync(small.path("bin"));
  const program = small.write("bin/deno", `#!/bin/sh\nexec ${QEMU} -L ${LIBRARIES} '${DENO}' "$@"\n`);
  Deno.chmodSync(program, 0o755);
  const PATH = `${small.path("bin")}:${Deno.env.get("PATH")}`;
  const outcomes = [here];
  for (const args of others) outcomes.push(await outcomeOf([program, ...args], { ...env, PATH }));
  return outcomes;
}

arm64Test("reproduce on arm64 finds x86's digests, natively with two threads and in WebAssembly", async () => {
  // Products that threads share.
  using small = makeSmallDataset({ epochs: 1, model: ["linear(784,90)", "relu", "linear(90,10)", "softmax"] });
  const folders = ["--expected", small.path("expected.json"), "--cache", small.path("cache")];
  const reproduce = (...args: string[]) => commandOf(["reproduce", small.config, ...folders, ...args]).slice(1);
  const [, ...outcomes] = await onBoth(
    small,
    reproduce("--update"),
    reproduce("--json", "--threads", "2"),
    reproduce("--json", "--kernels", "wasm"),
  );
  const found = outcomes.map((outcome) => {
    mustBeDone(outcome);
    const { status, kernels, comparison } = JSON.parse(outcome.stdout);
    return [status, kernels, comparison.differing];
  });
  assertEquals(found, [["same", "native aarch64", 0], ["same", "wasm", 0]]);
});

arm64Test("compiled kernels have the plain twins' bits on arm64", async () => {
  using small = makeSmallDataset();
  const files = ["elementwise", "loss", "sgd"].map((name) => join("tests/core/kernels", `${name}_test.ts`));
  const test = ["test", "--quiet", "--no-check", "--allow-all", ...files];
  const [, { code, stdout }] = await onBoth(small, test, test);
  assertEquals(code, 0, stdout);
  assertMatch(stdout, /^relu has the plain twin's bits .* ok/m);
});
