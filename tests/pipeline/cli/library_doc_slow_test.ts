/** The examples in docs/library.md, which Deno checks and runs. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { outcomeOf, PROJECT } from "./retrace.ts";

const DOCUMENT = join(PROJECT, "docs/library.md");

Deno.test("the examples in docs/library.md are correct, and run", async () => {
  const { code, stdout, stderr } = await outcomeOf([
    Deno.execPath(),
    "test",
    "--doc",
    "--no-prompt",
    "--allow-read",
    DOCUMENT,
  ]);
  assertEquals(code, 0, stdout + stderr);
});
