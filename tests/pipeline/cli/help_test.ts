import { assertEquals, assertStringIncludes } from "@std/assert";
import { retrace } from "./retrace.ts";

const COMMANDS: Record<string, string[]> = {
  run: [
    "CONFIG",
    "--set",
    "--seeds",
    "--jobs",
    "--results",
    "--cache",
    "--force",
    "--fail-fast",
    "--dry-run",
    "--json",
    "--quiet",
    "Exit code",
  ],
  compare: [
    ...["RUN", "CONFIG", "GLOB", "--metric", "--sort", "--filter", "--baseline", "--assert", "--each", "--format"],
    ...["--json", "--charts", "--results", "Exit code"],
  ],
  explain: ["CONFIG", "STAGE", "--set", "--data", "--cache", "--json"],
  graph: ["CONFIG", "--set", "--cache", "--format", "mermaid", "dot", "json"],
  reproduce: ["CONFIG", "--expected", "--update", "--cache", "--json", "Exit code"],
  build: ["--check", "kernels.wasm", "experiment.schema.json"],
  check: ["format", "lint", "types"],
};

for (const [command, says] of Object.entries(COMMANDS)) {
  Deno.test(`${command} --help names every option and exits with 0`, async () => {
    const { code, stdout, stderr } = await retrace(command, "--help");
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertStringIncludes(stdout, `deno task ${command}`);
    for (const part of says) assertStringIncludes(stdout, part);
  });
}

Deno.test("--help without a command lists the commands", async () => {
  for (const arg of ["--help", "-h"]) {
    const { code, stdout } = await retrace(arg);
    assertEquals(code, 0);
    for (const name of [...Object.keys(COMMANDS), "test", "bench"]) assertStringIncludes(stdout, `deno task ${name}`);
  }
});
