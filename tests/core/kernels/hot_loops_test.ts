/**
 * Counts the instructions of the two hot loops in the committed binary, to detect a slower matrix product without a clock.
 * Change a number here only deliberately, after measuring.
 */
import { assertEquals } from "@std/assert";
import { loopsOf, type Opcode, readWasm, SIMD } from "./wasm_code.ts";

const { functions } = readWasm(Deno.readFileSync(new URL("../../../core/kernels/kernels.wasm", import.meta.url)));

const simd = (code: number) => SIMD * 0x10000 + code;
const [LOAD, LOAD32_SPLAT, STORE, MUL, ADD] = [0x00, 0x09, 0x0b, 0xe6, 0xe4].map(simd);
/** local.get, local.set, local.tee and i32.const: registers and constants, which cost nothing. */
const FREE = [0x20, 0x21, 0x22, 0x41];

function count(instructions: readonly Opcode[], ...opcodes: Opcode[]): number {
  return instructions.filter((opcode) => opcodes.includes(opcode)).length;
}

/** The instructions of a piece of code by kind; `other` counts those that a product does not need. */
function workOf(instructions: readonly Opcode[]) {
  const needed = [LOAD, LOAD32_SPLAT, STORE, MUL, ADD];
  const other = instructions.length - count(instructions, ...FREE, ...needed);
  const [loads, splats, stores] = [LOAD, LOAD32_SPLAT, STORE].map((opcode) => count(instructions, opcode));
  return { products: count(instructions, MUL), sums: count(instructions, ADD), loads, splats, stores, other };
}

const byProducts = functions.toSorted((a, b) => count(b, MUL) - count(a, MUL));

Deno.test("gemmNt's long loop has 7 loads for 10 products and sums, and 13 more instructions in 28 rounds", () => {
  const loops = loopsOf(byProducts[1]).toSorted((a, b) => b.length - a.length);
  assertEquals(workOf(loops[0]), { products: 280, sums: 280, loads: 196, splats: 0, stores: 0, other: 13 });
});

Deno.test("gemmTn's and gemmNn's tile has 7 loads for 10 products and sums, 64 times, and 106 more instructions", () => {
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
