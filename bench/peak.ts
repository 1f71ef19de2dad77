/**
 * The peak of strict SIMD on this machine: the speed of 128-bit products and sums and nothing else. One function
 * of WebAssembly, put together below byte by byte: twelve chains `s = s * a + b`, independent of each other, all in
 * registers, no memory. The reference for the speed of the kernels.
 */

/** Parallel chains: with a and b, 14 of the 15 registers that V8 leaves. Fewer would wait for their own results. */
const CHAINS = 12;
/** Repetitions of the chains in one pass of the loop, so the loop counter costs next to nothing. */
const UNROLLED = 8;
/** A product and a sum of four numbers. */
const FLOP_PER_PAIR = 8;
const PASSES = 100_000;
const ROUNDS = 15;

/** WebAssembly's opcodes, named as in the specification. */
const TYPE = { i32: 0x7f, f32: 0x7d, v128: 0x7b, func: 0x60, empty: 0x40 };
const SECTION = { type: 1, function: 3, export: 7, code: 10 };
const [LOOP, END, BR_IF] = [0x03, 0x0b, 0x0d];
const [GET, SET, TEE] = [0x20, 0x21, 0x22];
const [I32_CONST, I32_SUB, F32_CONST] = [0x41, 0x6b, 0x43];
const SPLAT = [0xfd, 0x13];
const EXTRACT_LANE_0 = [0xfd, 0x1f, 0];
const ADD = [0xfd, 0xe4, 0x01];
const MUL = [0xfd, 0xe6, 0x01];

/** 0.5 and 1 as float32: s converges to 2, never to a denormal number, which would be slow. */
const HALF = [0, 0, 0, 0x3f];
const ONE = [0, 0, 0x80, 0x3f];

/** Locals: the remaining passes, the chains, a and b. */
const PASSES_LEFT = 0;
const chain = (i: number) => 1 + i;
const A = chain(CHAINS);
const B = A + 1;

/**
 * GFLOP/s of 128-bit products and sums in strict WebAssembly, eight flop per pair: the best of several rounds, each a
 * few milliseconds long, because other work of the machine can only slow one.
 */
export function strictSimdPeak(): number {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(peakModule())).exports;
  const chains = run as (passes: number) => number;
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    chains(PASSES);
    const seconds = (performance.now() - started) / 1000;
    best = Math.max(best, PASSES * UNROLLED * CHAINS * FLOP_PER_PAIR / seconds / 1e9);
  }
  return best;
}

/** A module that exports `run(passes: i32): f32`, which returns the sum of the chains, so none can be optimized away. */
function peakModule(): Uint8Array<ArrayBuffer> {
  const turn = each((i) => [GET, chain(i), GET, A, ...MUL, GET, B, ...ADD, SET, chain(i)]);
  const body = [
    ...[1, CHAINS + 2, TYPE.v128],
    ...each((i) => [F32_CONST, ...ONE, ...SPLAT, SET, chain(i)]),
    ...[F32_CONST, ...HALF, ...SPLAT, SET, A],
    ...[F32_CONST, ...ONE, ...SPLAT, SET, B],
    ...[LOOP, TYPE.empty],
    ...Array.from({ length: UNROLLED }, () => turn).flat(),
    ...[GET, PASSES_LEFT, I32_CONST, 1, I32_SUB, TEE, PASSES_LEFT, BR_IF, 0, END],
    ...each((i) => i === 0 ? [GET, chain(i)] : [GET, chain(i), ...ADD]),
    ...[...EXTRACT_LANE_0, END],
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(SECTION.type, [1, TYPE.func, 1, TYPE.i32, 1, TYPE.f32]),
    ...section(SECTION.function, [1, 0]),
    ...section(SECTION.export, [1, 3, ...new TextEncoder().encode("run"), 0, 0]),
    ...section(SECTION.code, [1, ...sized(body)]),
  ]);
}

function each(code: (i: number) => number[]): number[] {
  return Array.from({ length: CHAINS }, (_, i) => code(i)).flat();
}

function section(id: number, content: number[]): number[] {
  return [id, ...sized(content)];
}

/** Content, preceded by its length in LEB128. */
function sized(content: number[]): number[] {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push(rest & 0x7f | 0x80);
  return [...length, rest, ...content];
}

if (import.meta.main) console.log(`${strictSimdPeak().toFixed(1)} GFLOP/s`);
