/**
 * The machine code of the inner loops of matrix products and convolutions, which is what their speed depends on: a product and a sum for each
 * step and vector, not fused, and hardly a sum that leaves its register. Needs the compiler; times nothing.
 */
import { assert, assertEquals } from "@std/assert";
import { canCompile, COMPILER, SOURCES, type Target, TARGETS } from "../../../build/kernels/compile.ts";

/** Rows and vectors of the tiles, as in tile.h, for processors with 16 vector registers and with 32. */
const WITH_16 = { panel_tile1: 8, panel_tile2: 5 * 2, panel_tile3: 3 * 3, panel_tile4: 2 * 4, place_tile2: 5 * 2 };
const WITH_32 = { panel_tile1: 11, panel_tile2: 10 * 2, panel_tile3: 8 * 3, panel_tile4: 6 * 4, place_tile2: 10 * 2 };
/** The same of convolutions, as in convolution.h. */
const mapsOf = (count: number) =>
  Object.fromEntries(["forward", "weight", "input"].map((one) => [`${one}_tile${count}`, 4 * count]));
/** Steps of the inner loop: it is unrolled; those of convolutions, whose loops are short, are not. */
const UNROLLED = { panel: 4, place: 4, forward: 1, weight: 1, input: 1 };
/** For each product, vectors that are saved or restored: the compiler needs some where registers are just enough. */
const MOST_SPILLED = 0.15;

const X86 = {
  product: /^v?mulps\b.*[xyz]mm/,
  sum: /^v?addps\b.*[xyz]mm/,
  fused: /^vfn?m/,
  spill: /(16|32|64)-byte (Folded )?(Spill|Reload)/,
};
const ARM = { product: /^fmul\tv/, sum: /^fadd\tv/, fused: /^fml[as]\b/, spill: /q\d+.*16-byte Folded (Spill|Reload)/ };

const LIBRARIES: Record<string, { tiles: Record<string, number>; code: typeof X86 }> = {
  "built/kernels.x86-64-v2.so": { tiles: { ...WITH_16, ...mapsOf(2) }, code: X86 },
  "built/kernels.x86-64-v3.so": { tiles: { ...WITH_16, ...mapsOf(2) }, code: X86 },
  "built/kernels.x86-64-v4.so": { tiles: { ...WITH_32, ...mapsOf(6) }, code: X86 },
  "built/kernels.aarch64.so": { tiles: { ...WITH_32, ...mapsOf(6) }, code: ARM },
};

/** A library's code in assembly language, by function. */
function assembly({ options, source }: Target): Map<string, string[]> {
  const args = [...options.filter((one) => !/^-(Wl|shared|fuse)/.test(one)), "-S", "-o", "/dev/stdout", source];
  const { stdout } = new Deno.Command(COMPILER, { args, cwd: SOURCES, stderr: "null" }).outputSync();
  const functions = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const name = /^(\w+):/.exec(line)?.[1];
    if (name !== undefined) functions.set(name, lines = []);
    else lines.push(line.trim());
  }
  return functions;
}

/** The lines from one label to the next with the most products: the inner loop. */
function innerLoop(lines: readonly string[], product: RegExp): string[] {
  const blocks = lines.join("\n").split(/^\.L\w+:.*$/m).map((block) => block.split("\n"));
  const count = (block: string[]) => block.filter((line) => product.test(line)).length;
  return blocks.reduce((most, block) => (count(block) > count(most) ? block : most));
}

for (const [file, { tiles, code }] of Object.entries(LIBRARIES)) {
  Deno.test(`${file}: the inner loops multiply and add, and keep sums in registers`, { ignore: !canCompile() }, () => {
    const functions = assembly(TARGETS.find((target) => target.file === file)!);
    for (const [tile, vectors] of Object.entries(tiles)) {
      const lines = functions.get(tile);
      assert(lines !== undefined, `no function ${tile}`);
      const loop = innerLoop(lines, code.product);
      const count = (pattern: RegExp) => loop.filter((line) => pattern.test(line)).length;
      const found = [count(code.product), count(code.sum), count(code.fused)];
      const steps = UNROLLED[tile.split("_")[0] as keyof typeof UNROLLED] * vectors;
      assertEquals(found, [steps, steps, 0], `${tile}: products, sums, fused`);
      assert(count(code.spill) <= MOST_SPILLED * found[0], `${tile}: ${count(code.spill)} vectors saved or restored`);
    }
  });
}
