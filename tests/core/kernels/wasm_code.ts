/** Reads the instructions of a WebAssembly module; supports those that the kernels use. */

/** An instruction's code; those with a prefix are `prefix * 0x10000 + code`. */
export type Opcode = number;

/** The prefix of SIMD instructions, including those of relaxed SIMD. */
export const SIMD = 0xfd;
/** SIMD instructions from this code on are relaxed: their results can differ between machines. */
export const FIRST_RELAXED = 0x100;

const SECTION = { import: 2, code: 10 };

/** The contents of a module that matter here. */
export interface WasmModule {
  imports: number;
  /** The number of times each instruction occurs. */
  opcodes: Map<Opcode, number>;
}

/** Steps through bytes. */
class Reader {
  constructor(readonly bytes: Uint8Array, public at = 0) {}

  byte(): number {
    return this.bytes[this.at++];
  }

  /** A LEB128 number, signed or unsigned; only its low 32 bits are used. */
  leb(): number {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return value >>> 0;
    }
  }

  lebs(count: number): void {
    for (let i = 0; i < count; i++) this.leb();
  }

  skip(count: number): void {
    this.at += count;
  }
}

/**
 * Reads a module.
 * @throws Error for an unsupported instruction.
 */
export function readWasm(bytes: Uint8Array): WasmModule {
  const reader = new Reader(bytes, 8);
  const found: WasmModule = { imports: 0, opcodes: new Map() };
  while (reader.at < bytes.length) {
    const section = reader.byte();
    const end = reader.leb() + reader.at;
    if (section === SECTION.import) found.imports = reader.leb();
    if (section === SECTION.code) countInstructions(reader, found.opcodes);
    reader.at = end;
  }
  return found;
}

function countInstructions(reader: Reader, counts: Map<Opcode, number>): void {
  for (let functions = reader.leb(); functions > 0; functions--) {
    const end = reader.leb() + reader.at;
    for (let locals = reader.leb(); locals > 0; locals--) reader.lebs(2);
    while (reader.at < end) {
      const opcode = readInstruction(reader);
      counts.set(opcode, (counts.get(opcode) ?? 0) + 1);
    }
  }
}

/** Reads one instruction with its operands. */
function readInstruction(reader: Reader): Opcode {
  const code = reader.byte();
  if (code === 0xfc) return readPrefixed(code, reader, bulkOperands);
  if (code === SIMD) return readPrefixed(code, reader, simdOperands);
  if ((code >= 0x02 && code <= 0x04) || code === 0x0c || code === 0x0d || code === 0x10) reader.leb();
  else if (code === 0x0e) reader.lebs(reader.leb() + 1);
  else if (code === 0x11 || (code >= 0x28 && code <= 0x3e)) reader.lebs(2);
  else if (code === 0x1c) reader.lebs(reader.leb());
  else if ((code >= 0x20 && code <= 0x26) || (code >= 0x3f && code <= 0x42)) reader.leb();
  else if (code === 0x43) reader.skip(4);
  else if (code === 0x44) reader.skip(8);
  else if (!(code <= 0x1b || (code >= 0x45 && code <= 0xc4))) throw unknown(code);
  return code;
}

function readPrefixed(
  prefix: number,
  reader: Reader,
  operands: (code: number) => { lebs: number; bytes: number },
): Opcode {
  const code = reader.leb();
  const { lebs, bytes } = operands(code);
  reader.lebs(lebs);
  reader.skip(bytes);
  return prefix * 0x10000 + code;
}

function bulkOperands(code: number): { lebs: number; bytes: number } {
  if (code <= 7) return { lebs: 0, bytes: 0 };
  if (code === 8 || code === 10) return { lebs: 2, bytes: 0 };
  if (code === 9 || code === 11) return { lebs: 1, bytes: 0 };
  throw unknown(0xfc0000 + code);
}

function simdOperands(code: number): { lebs: number; bytes: number } {
  if (code <= 11 || code === 92 || code === 93) return { lebs: 2, bytes: 0 };
  if (code === 12 || code === 13) return { lebs: 0, bytes: 16 };
  if (code >= 21 && code <= 34) return { lebs: 0, bytes: 1 };
  if (code >= 84 && code <= 91) return { lebs: 2, bytes: 1 };
  return { lebs: 0, bytes: 0 };
}

function unknown(code: number): Error {
  return new Error(`Instruction 0x${code.toString(16)} is not supported.`);
}
