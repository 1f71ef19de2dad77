/** At run time as well as in the sources: nothing that makes numbers calls a function that depends on the engine. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

async function everything(...args: string[]) {
  const [preload, script] = ["./forbidden.ts", "./everything.ts"].map((name) =>
    fileURLToPath(new URL(name, import.meta.url))
  );
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "--allow-read", `--preload=${preload}`, script, ...args],
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, error };
}

Deno.test("draws, training, evaluation and the files call no inexact function, no clock and no unseeded random", async () => {
  assertEquals(await everything(), { code: 0, out: "done\n", error: "" });
});

Deno.test("the run-time guard stops a call of a forbidden function", async () => {
  for (const name of ["log1p", "exp", "random"]) {
    const { code, error } = await everything("--call", name);
    assertEquals(code, 1);
    assertStringIncludes(error, `Math.${name} was called in the numeric path`);
  }
});
