/** How a run compares with what PyTorch came to. */
import { assertEquals } from "@std/assert";
import { compareBits, type EpochBits, stored } from "../../../pipeline/results/pytorch.ts";

const TENSORS = { "0.weight": "1", "0.bias": "2" };
const EPOCHS: EpochBits[] = [
  { weights: "a", tensors: TENSORS, train_loss: null, correct: 10 },
  { weights: "b", tensors: TENSORS, train_loss: 0.1, correct: 11 },
  { weights: "c", tensors: TENSORS, train_loss: 0.30000000000000004, correct: 12 },
];

/** The comparison with these epochs, of which one is changed. */
function compared(epoch: number, change: Partial<EpochBits>, wanted = EPOCHS) {
  const found = EPOCHS.map((bits, i) => (i === epoch ? { ...bits, ...change } : bits));
  return compareBits({ version: "1.13.1", epochs: wanted }, found);
}

Deno.test("with a split, right validation images are compared after every epoch, and right test images after the last", () => {
  const wanted = EPOCHS.map((bits, i): EpochBits => ({
    ...bits,
    correct: i === 2 ? 12 : null,
    validation_correct: 5 + i,
  }));
  const found = (at: number, change: Partial<EpochBits>) =>
    compareBits(
      { version: "1.13.1", epochs: wanted },
      wanted.map((bits, i) => i === at ? { ...bits, ...change } : bits),
    );
  assertEquals(found(0, {}).first, null);
  assertEquals(found(1, { validation_correct: 7 }).first?.what, "right validation images");
  assertEquals(found(2, { correct: 13 }).first?.what, "right test images");
  const { epochs } = stored({ version: "1.13.1", epochs: wanted });
  assertEquals(epochs[1], { weights: "b", train_loss: 0.1, correct: null, validation_correct: 6 });
});

Deno.test("equal epochs are counted without the untrained model", () => {
  assertEquals(compared(0, {}), { version: "1.13.1", epochs: 2, equal: 2, first: null });
});

Deno.test("the first difference is named by its epoch and tensor, the loss to the last digit, or the count", () => {
  const first = (epoch: number, change: Partial<EpochBits>) => {
    const { first, equal } = compared(epoch, change);
    return [first?.epoch, first?.what, first?.expected, first?.found, equal];
  };
  assertEquals(first(1, { weights: "x", tensors: { ...TENSORS, "0.bias": "x" } }), [1, "0.bias", "2", "x", 1]);
  assertEquals(first(2, { train_loss: 0.3 }), [2, "training loss", "0.30000000000000004", "0.3", 1]);
  assertEquals(first(2, { correct: 13 }), [2, "right test images", "12", "13", 1]);
  assertEquals(first(0, { weights: "x" }), [0, "weights", "a", "x", 2]);
});

Deno.test("what is stored has no tensors: then the weights differ as a whole", () => {
  const { epochs } = stored({ version: "1.13.1", epochs: EPOCHS });
  assertEquals(epochs.map(({ tensors }) => tensors), [undefined, undefined, undefined]);
  const changed = { weights: "x", tensors: { ...TENSORS, "0.bias": "x" } };
  assertEquals(compared(1, changed, epochs).first?.what, "weights");
});

Deno.test("a run without an evaluation is compared by the rest; one with fewer epochs differs", () => {
  assertEquals(compared(2, { correct: null }).first, null);
  const { first, equal } = compareBits({ version: "1.13.1", epochs: EPOCHS }, EPOCHS.slice(0, 2));
  assertEquals([first, equal], [{ epoch: 2, what: "the epoch", expected: "computed", found: "not computed" }, 1]);
});
