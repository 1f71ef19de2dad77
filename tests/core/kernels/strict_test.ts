/** The committed binary is strict: every instruction has the same result on every machine. */
import { assertEquals, assertGreater } from "@std/assert";
import { FIRST_RELAXED, type Opcode, readWasm, SIMD } from "./wasm_code.ts";

const F32X4_MUL = 0xe6;

function relaxed(opcodes: Map<Opcode, number>): Opcode[] {
  return [...opcodes.keys()].filter((opcode) => opcode >= SIMD * 0x10000 + FIRST_RELAXED);
}

Deno.test("kernels.wasm imports nothing and has no instruction of relaxed SIMD", () => {
  const { imports, opcodes } = readWasm(
    Deno.readFileSync(new URL("../../../core/kernels/kernels.wasm", import.meta.url)),
  );
  assertEquals(imports, 0);
  assertEquals(relaxed(opcodes), []);
  // The binary was really read: it has hundreds of SIMD multiplications.
  assertGreater(opcodes.get(SIMD * 0x10000 + F32X4_MUL) ?? 0, 100);
});

Deno.test("readWasm() finds a relaxed instruction", () => {
  // (module (func (param v128 v128 v128) (result v128) local.get 0 local.get 1 local.get 2 f32x4.relaxed_madd))
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
  ];
  assertEquals(relaxed(readWasm(Uint8Array.from(module)).opcodes), [SIMD * 0x10000 + 0x105]);
});
