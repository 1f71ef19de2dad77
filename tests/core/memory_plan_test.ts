import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { type Block, planMemory } from "../../core/autograd/memory_plan.ts";

const block = fc.record({ size: fc.integer({ min: 1, max: 200 }), from: fc.nat(20), length: fc.nat(8) })
  .map(({ size, from, length }): Block => ({ size, from, to: from + length }));
const blocks = fc.array(block, { maxLength: 30 });

Deno.test("planMemory() separates blocks that are needed at the same time, and its size covers all of them", () => {
  fc.assert(fc.property(blocks, (blocks) => {
    const { offsets, size } = planMemory(blocks);
    blocks.forEach((a, i) => {
      assertStrictEquals(offsets[i] % 16, 0);
      assert(offsets[i] + a.size <= size);
      blocks.slice(0, i).forEach((b, j) => {
        const together = a.from <= b.to && b.from <= a.to;
        const apart = offsets[i] + a.size <= offsets[j] || offsets[j] + b.size <= offsets[i];
        assert(!together || apart, `blocks ${i} and ${j} overlap`);
      });
    });
  }));
});

Deno.test("planMemory() needs at most the memory of separate blocks, and at least the memory of any moment", () => {
  fc.assert(fc.property(blocks, (blocks) => {
    const { size } = planMemory(blocks);
    assert(size <= blocks.reduce((sum, block) => sum + Math.ceil(block.size / 16) * 16, 0));
    for (let moment = 0; moment < 30; moment++) {
      const needed = blocks.filter(({ from, to }) => from <= moment && moment <= to);
      assert(size >= needed.reduce((sum, block) => sum + block.size, 0));
    }
  }));
});

Deno.test("planMemory() fills gaps between larger blocks with smaller ones", () => {
  // The second block ends before the last two begin, so both fit in its place.
  const plan = planMemory([
    { size: 64, from: 0, to: 9 },
    { size: 48, from: 0, to: 3 },
    { size: 16, from: 4, to: 9 },
    { size: 32, from: 4, to: 9 },
  ]);
  assertEquals(plan, { offsets: [0, 64, 96, 64], size: 112 });
});
