/**
 * The instructions of the two hot loops, counted in the committed binary, so that a slower matrix product is noticed without
 * a clock. Change a number here only on purpose, after measuring.
 */
import { assertEquals } from "@std/assert";
import { loopsOf, type Opcode, readWasm, SIMD } from "./wasm_code.ts";

const { functions } = readWasm(Deno.readFileSync(new URL("../../../core/kernels/kernels.wasm", import.meta.url)));

const simd = (code: number) => SIMD * 0x10000 + code;
const [LOAD, LOAD32_SPLAT, STORE, MUL, ADD] = [0x00, 0x09, 0x0b, 0xe6, 0xe4].map(simd);
/** local.get, local.set, local.tee and i32.const: names of registers and numbers, no work of their own. */
const FREE = [0x20, 0x21, 0x22, 0x41];

function count(instructions: readonly Opcode[], ...opcodes: Opcode[]): number {
  return instructions.filter((opcode) => opcodes.includes(opcode)).length;
}

/** The work in a stretch of code, and how much of it is none of the kinds that a product needs. */
function workOf(instructions: readonly Opcode[]) {
  const needed = [LOAD, LOAD32_SPLAT, STORE, MUL, ADD];
  const other = instructions.length - count(instructions, ...FREE, ...needed);
  const [loads, splats, stores] = [LOAD, LOAD32_SPLAT, STORE].map((opcode) => count(instructions, opcode));
  return { products: count(instructions, MUL), sums: count(instructions, ADD), loads, splats, stores, other };
}

const byProducts = functions.toSorted((a, b) => count(b, MUL) - count(a, MUL));

Deno.test("gemmNt's long loop has 7 loads for 10 products and sums, and 13 instructions more in 28 rounds", () => {
  const loops = loopsOf(byProducts[1]).toSorted((a, b) => b.length - a.length);
  assertEquals(workOf(loops[0]), { products: 280, sums: 280, loads: 196, splats: 0, stores: 0, other: 13 });
});

Deno.test("gemmTn's and gemmNn's tile has 7 loads for 10 products and sums, 64 times, and 106 instructions more", () => {
  // 64 unrolled rounds and one in the loop for the remainder.
  assertEquals(workOf(byProducts[0]), {
    products: 65 * 10,
    sums: 65 * 10,
    // Two vectors per round, and the sums to continue from.
    loads: 65 * 2 + 10,
    splats: 65 * 5,
    stores: 10,
    other: 106,
  });
});
