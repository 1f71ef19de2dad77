/**
 * What the two hot loops are made of, counted in the committed binary: a matrix product that got longer is noticed
 * without a clock. A number here changes only when somebody means it to, and has measured it.
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

Deno.test("gemmTn's and gemmNn's tile has 7 loads for 10 products and sums, 64 times, and 120 instructions more", () => {
  // 64 rounds and one in a loop for what is left, each of 10 products; 10 products more where a parameter is stepped.
  assertEquals(workOf(byProducts[0]), {
    products: 65 * 10 + 10,
    sums: 65 * 10 + 10,
    // Two vectors a round, what sums go on from, and the parameter.
    loads: 65 * 2 + 10 + 10,
    splats: 65 * 5,
    stores: 10 + 10,
    other: 120,
  });
});
