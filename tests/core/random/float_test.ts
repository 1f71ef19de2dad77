import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import * as float32 from "../../../core/random/float32.ts";

/** An integer and a power of two whose product is the float. */
function exact(x: number): { digits: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const raw = bits.getBigUint64(0);
  const field = Number((raw >> 52n) & 0x7ffn);
  const mantissa = (raw & ((1n << 52n) - 1n)) | (field > 0 ? 1n << 52n : 0n);
  return { digits: x < 0 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 };
}

/** The float32 nearest to a * b + c, computed in integers; ties go to the even neighbour. For normal results. */
function slowFma(a: number, b: number, c: number): number {
  const [x, y, z] = [exact(a), exact(b), exact(c)];
  const low = Math.min(x.exponent + y.exponent, z.exponent);
  const sum = ((x.digits * y.digits) << BigInt(x.exponent + y.exponent - low)) + (z.digits << BigInt(z.exponent - low));
  const size = sum < 0n ? -sum : sum;
  const drop = Math.max(0, size.toString(2).length - 24);
  const unit = 1n << BigInt(drop);
  let kept = size >> BigInt(drop);
  const rest = (size - kept * unit) * 2n;
  if (rest > unit || (rest === unit && (kept & 1n) === 1n)) kept += 1n;
  return (sum < 0n ? -1 : 1) * Number(kept) * 2 ** (low + drop);
}

const ordinary = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 })
  .filter((x) => x === 0 || Math.abs(x) > 2 ** -20);

Deno.test("float32.fma() rounds once for ordinary floats", () => {
  fc.assert(fc.property(ordinary, ordinary, ordinary, (a, b, c) => {
    assertEquals(float32.fma(a, b, c), slowFma(a, b, c));
  }));
});

Deno.test("float32.fma() rounds once when the double sum is halfway between two floats", () => {
  const step = 2 ** -23;
  // (1 + step) * (1 - step) = 1 - step^2: scaled to half a unit of c, the sum is just short of a tie that doubles see.
  for (const sign of [1, -1]) {
    for (const c of [1, 1 + step]) {
      const a = sign * (1 + step) * 2 ** -24;
      const b = 1 - step;
      assertEquals(float32.fma(a, b, c), slowFma(a, b, c), `${a} * ${b} + ${c}`);
    }
  }
  assertEquals(float32.fma(2 ** -24, 1, 1 + step), 1 + 2 * step);
  const twice = Math.fround((1 + step) * 2 ** -24 * (1 - step) + (1 + step));
  assert(twice !== float32.fma((1 + step) * 2 ** -24, 1 - step, 1 + step), "the case does not show the difference");
});

Deno.test("float32.log() is within two units of the last place for x in (0, 1]", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 24 }), (numerator) => {
    const x = numerator / 2 ** 24;
    assertAlmostEquals(float32.log(x), Math.log(x), Math.abs(Math.log(x)) * 2 ** -22);
  }));
  assertEquals(float32.log(1), 0);
});

Deno.test("float32.sinCos() agrees with double precision for t in [0, 2 pi]", () => {
  const out = new Float32Array(2);
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 24 }), (numerator) => {
    const t = Math.fround(2 * Math.PI * numerator / 2 ** 24);
    float32.sinCos(t, out);
    assertAlmostEquals(out[0], Math.sin(t), 2 ** -23);
    assertAlmostEquals(out[1], Math.cos(t), 2 ** -23);
  }));
});
