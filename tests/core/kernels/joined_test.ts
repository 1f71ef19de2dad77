/** The wide kernels where V8 joins their pairs of 128-bit instructions into 256-bit ones, from the first call on. */
import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { canJoinPairs } from "../../../bench/machine.ts";

/** All code is optimized before it runs; what is joined is printed. */
const FLAGS = ["--experimental-wasm-revectorize", "--no-liftoff", "--no-wasm-tier-up", "--trace-wasm-revectorize"];

Deno.test({
  name: "V8 joins the pairs of both wide tiles, and every product keeps the plain twin's bits",
  ignore: !canJoinPairs(),
  fn: () => {
    const script = fileURLToPath(new URL("./joined_products.ts", import.meta.url));
    const { stdout, stderr } = new Deno.Command("deno", {
      args: ["run", "--quiet", "--no-prompt", `--v8-flags=${FLAGS.join(",")}`, script],
    }).outputSync();
    const [output, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(complaint, "");
    // Of each tile thousands of instructions are joined; of nothing else, more than a few.
    const joined = [...output.matchAll(/Decided to vectorize, (\d+) revectorizable nodes/g)].map((match) => +match[1]);
    assertEquals(joined.filter((nodes) => nodes > 3000).length, 2, `joined: ${joined}`);
    assertMatch(output, /^600 of 600 products have the twins' bits\.$/m);
  },
});
