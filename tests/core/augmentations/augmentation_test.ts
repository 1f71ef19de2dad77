/** Random changes of images: what each does, and that every epoch can be begun with. */
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Augmenter, type ChosenAugmentation } from "../../../core/augmentations/augmenter.ts";
import type { ImageForm } from "../../../core/augmentations/augmentation.ts";
import { flip } from "../../../core/augmentations/flip.ts";
import { rotate } from "../../../core/augmentations/rotate.ts";
import { shift } from "../../../core/augmentations/shift.ts";
import { ShapeError } from "../../../core/errors.ts";
import { imageForm } from "../../../pipeline/classifier/kinds/augmented_images.ts";

const BACKGROUND = -0.5;
const form = (...shape: number[]): ImageForm => imageForm(shape, BACKGROUND);

/** What an augmentation makes of numbers, given random ones. */
function changed({ definition, params }: ChosenAugmentation, of: ImageForm, from: number[], ...random: number[]) {
  const to = new Float32Array(from.length).fill(NaN);
  const before = Float32Array.from(from);
  definition.change(to, before, { form: of, params, random: Float32Array.from(random) });
  assertEquals(Array.from(before), from, "the image itself does not change");
  return Array.from(to);
}

const ALL: ChosenAugmentation[] = [
  { definition: shift, params: { pixels: 2 } },
  { definition: rotate, params: { degrees: 15 } },
  { definition: flip, params: { p: 0.5 } },
];

Deno.test("shift moves an image across and down, and lets background in", () => {
  const one = { definition: shift, params: { pixels: 1 } };
  const image = [1, 2, 3, 4, 5, 6];
  const b = BACKGROUND;
  assertEquals(changed(one, form(2, 3), image, 0.5, 0.5), image);
  assertEquals(changed(one, form(2, 3), image, 0.99, 0.5), [b, 1, 2, b, 4, 5]);
  assertEquals(changed(one, form(2, 3), image, 0, 0), [5, 6, b, b, b, b]);
  // So far that nothing is left.
  assertEquals(changed({ definition: shift, params: { pixels: 9 } }, form(2, 3), image, 0.99, 0), Array(6).fill(b));
  const colours = Array.from({ length: 12 }, (_, i) => i);
  assertEquals(changed(one, form(2, 2, 3), colours, 0.99, 0.5), [b, b, b, 0, 1, 2, b, b, b, 6, 7, 8]);
  assertEquals(changed(one, form(3, 2, 2), colours, 0.99, 0.5), [b, 0, b, 2, b, 4, b, 6, b, 8, b, 10]);
});

Deno.test("flip exchanges left and right of its share of the images", () => {
  const half = { definition: flip, params: { p: 0.25 } };
  const image = [1, 2, 3, 4, 5, 6];
  assertEquals(changed(half, form(2, 3), image, 0.24), [3, 2, 1, 6, 5, 4]);
  assertEquals(changed(half, form(2, 3), image, 0.25), image);
  const colours = Array.from({ length: 12 }, (_, i) => i);
  assertEquals(changed(half, form(2, 2, 3), colours, 0), [3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8]);
  assertEquals(changed(half, form(3, 2, 2), colours, 0), [1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10]);
});

Deno.test("rotate turns an image about its centre: not at all in the middle of its range, by the whole angle at its end", () => {
  const turn = (degrees: number) => ({ definition: rotate, params: { degrees } });
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  assertEquals(changed(turn(30), form(3, 3), image, 0.5), image);
  const close = (found: number[], expected: number[]) =>
    assert(found.every((value, i) => Math.abs(value - expected[i]) < 1e-5), `${found}`);
  // A quarter turn, either way.
  close(changed(turn(90), form(3, 3), image, 0), [7, 4, 1, 8, 5, 2, 9, 6, 3]);
  close(changed(turn(90), form(3, 3), image, 1), [3, 6, 9, 2, 5, 8, 1, 4, 7]);
  // The corners come from outside, and are between the image and the background; the centre stays.
  const [corner, , , , centre] = changed(turn(45), form(3, 3), Array(9).fill(1), 1);
  assert(corner > BACKGROUND && corner < 0.9, `${corner}`);
  assertEquals(centre, 1);
});

const shapes = fc.constantFrom<number[][]>([2, 2], [5, 3], [4, 4, 3], [3, 4, 5], [1, 6, 2]);

Deno.test("a batch is changed row by row, with the same numbers in whatever batches, from any epoch on", () => {
  const cases = fc.record({
    ...{ shape: shapes, rows: fc.integer({ min: 1, max: 9 }), size: fc.integer({ min: 1, max: 9 }) },
    ...{ seed: fc.nat(), epochs: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }) },
  });
  fc.assert(
    fc.property(cases, ({ shape, rows, size, seed, epochs }) => {
      const features = shape.reduce((a, b) => a * b);
      const images = Float32Array.from({ length: rows * features }, (_, i) => Math.fround(i * 7 % 11 / 3));
      const make = () => new Augmenter(ALL, form(...shape), rows, seed);
      const epochOf = (augmenter: Augmenter, epoch: number, batch: number) => {
        const changed = images.slice();
        augmenter.begin(epoch);
        for (let row = 0; row < rows; row += batch) {
          augmenter.change(changed.subarray(row * features, Math.min(rows, row + batch) * features));
        }
        assert(changed.every(Number.isFinite));
        return changed;
      };
      const straight = make();
      const expected = [1, 2, 3, 4].map((epoch) => epochOf(straight, epoch, rows));
      const jumping = make();
      for (const epoch of epochs) assertEquals(epochOf(jumping, epoch, size), expected[epoch - 1]);
    }),
    { numRuns: 200 },
  );
});

Deno.test("every epoch and every seed change images in another way", () => {
  const images = Float32Array.from({ length: 100 }, (_, i) => i);
  const after = (seed: number, epoch: number) => {
    const [augmenter, changed] = [new Augmenter(ALL, form(5, 5), 4, seed), images.slice()];
    augmenter.begin(epoch);
    augmenter.change(changed);
    return changed;
  };
  assertNotEquals(after(0, 1), after(0, 2));
  assertNotEquals(after(0, 1), after(1, 1));
});

Deno.test("only pictures can be augmented", () => {
  for (const shape of [[784], [1, 28], [4, 14, 14]]) {
    assertThrows(() => imageForm(shape, 0), ShapeError, `an example has the shape [${shape.join(", ")}]`);
  }
});
