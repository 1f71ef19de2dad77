/** The wide kernels in a V8 that fuses their pairs of 128-bit instructions into 256-bit ones from the first call on. */
import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { canJoinPairs } from "../../../bench/machine.ts";

/** V8 optimizes all code before it runs, and prints what it fuses. */
const FLAGS = ["--experimental-wasm-revectorize", "--no-liftoff", "--no-wasm-tier-up", "--trace-wasm-revectorize"];

Deno.test({
  name: "V8 fuses the pairs of both wide tiles, and every product has the plain twin's bits",
  ignore: !canJoinPairs(),
  fn: () => {
    const script = fileURLToPath(new URL("./fused_products.ts", import.meta.url));
    const { stdout, stderr } = new Deno.Command("deno", {
      args: ["run", "--quiet", "--no-prompt", `--v8-flags=${FLAGS.join(",")}`, script],
    }).outputSync();
    const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(errors, "");
    // V8 fuses thousands of instructions in each tile, and only a few elsewhere.
    const fused = [...output.matchAll(/Decided to vectorize, (\d+) revectorizable nodes/g)].map((match) => +match[1]);
    assertEquals(fused.filter((nodes) => nodes > 3000).length, 2, `fused: ${fused}`);
    assertMatch(output, /^600 of 600 products have the twins' bits\.$/m);
  },
});
