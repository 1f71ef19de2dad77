import { assert, assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../core/errors.ts";
import { inkOf, type Picture } from "../../../pipeline/predict/ink.ts";
import { mnistForm } from "../../../pipeline/predict/mnist_form.ts";
import { drawBox, pictureOf, plainPicture, testDigits } from "./pictures.ts";

const BLACK = [0, 0, 0, 255];
const WHITE = [255, 255, 255, 255];

const formOf = (picture: Picture) => mnistForm(inkOf(picture, "picture"));

/** The box of all ink, and the centre of its mass. */
function extentOf(image: Uint8Array) {
  const inked = [...image].flatMap((value, i) => (value > 0 ? [{ x: i % 28, y: Math.floor(i / 28), value }] : []));
  const [xs, ys] = [inked.map(({ x }) => x), inked.map(({ y }) => y)];
  const mass = inked.reduce((sum, { value }) => sum + value, 0);
  return {
    width: Math.max(...xs) - Math.min(...xs) + 1,
    height: Math.max(...ys) - Math.min(...ys) + 1,
    x: inked.reduce((sum, { x, value }) => sum + x * value, 0) / mass,
    y: inked.reduce((sum, { y, value }) => sum + y * value, 0) / mass,
  };
}

Deno.test("mnistForm() leaves MNIST's own images as they are, but for grain and centres between two pixels", () => {
  const changes = testDigits(200).map(({ pixels }) => {
    const form = formOf(pictureOf(pixels));
    return form.reduce((most, value, i) => Math.max(most, Math.abs(value - pixels[i])), 0);
  });
  const asTheyWere = changes.filter((change) => change <= 16).length;
  assert(asTheyWere >= 190, `${asTheyWere} of 200`);
});

Deno.test("mnistForm() sees the same digit in any size, and in any colours of pen and paper", () => {
  const [{ pixels }] = testDigits(1);
  const plain = formOf(pictureOf(pixels));
  const distance = (form: Uint8Array) => form.reduce((sum, value, i) => sum + Math.abs(value - plain[i]), 0) / 784;
  assertEquals(formOf(pictureOf(pixels, { scale: 3, margin: 17 })), plain);
  assertEquals(formOf(pictureOf(pixels, { scale: 10, pen: 0, paper: 255 })), plain);
  // Fewer greys between pen and paper round differently.
  assert(distance(formOf(pictureOf(pixels, { scale: 4, pen: 70, paper: 200 }))) < 0.5);
  assert(distance(formOf(pictureOf(pixels, { scale: 4, pen: 230, paper: 40 }))) < 0.5);
});

Deno.test("mnistForm() fits the longer side into 20 pixels, keeps the proportions, and centres the mass", () => {
  const page = plainPicture(400, 300, WHITE);
  const upright = formOf(drawBox(page, [310, 20, 50, 200], BLACK));
  assertEquals(extentOf(upright), { width: 5, height: 20, x: 14, y: 14.5 });
  const lying = formOf(drawBox(page, [10, 200, 200, 20], BLACK));
  assertEquals(extentOf(lying), { width: 20, height: 2, x: 14.5, y: 14.5 });
  // A heavy foot pulls the whole figure up.
  const heavy = formOf(drawBox(drawBox(page, [100, 50, 20, 200], BLACK), [60, 220, 100, 30], BLACK));
  const { height, y } = extentOf(heavy);
  assertEquals(height, 20);
  assert(Math.abs(y - 14) <= 0.5, String(y));
});

Deno.test("mnistForm() takes the mean of the pixels under each new one", () => {
  // 40 × 40, the left half inked, the right half in stripes of one pixel: a new pixel covers two columns.
  let page = drawBox(plainPicture(60, 60, WHITE), [10, 10, 20, 40], BLACK);
  for (let x = 31; x < 50; x += 2) page = drawBox(page, [x, 10, 1, 40], BLACK);
  const counts = new Map<number, number>();
  for (const value of formOf(page)) counts.set(value, (counts.get(value) ?? 0) + 1);
  assertEquals(Object.fromEntries(counts), { 0: 784 - 400, 128: 200, 255: 200 });
});

Deno.test("inkOf() takes what is transparent for paper, under dark ink and under light ink", () => {
  const clear = plainPicture(40, 40, [0, 0, 0, 0]);
  const expected = formOf(drawBox(plainPicture(40, 40, WHITE), [15, 5, 5, 30], BLACK));
  assertEquals(formOf(drawBox(clear, [15, 5, 5, 30], BLACK)), expected);
  assertEquals(formOf(drawBox(clear, [15, 5, 5, 30], WHITE)), expected);
});

Deno.test("inkOf() overlooks the grain of the paper", () => {
  const page = drawBox(plainPicture(80, 80, WHITE), [30, 20, 8, 40], BLACK);
  const grainy = drawBox(drawBox(page, [2, 2, 1, 1], [245, 245, 245, 255]), [70, 70, 2, 1], [250, 250, 250, 255]);
  assertEquals(formOf(grainy), formOf(page));
});

Deno.test("inkOf() refuses a picture on which nothing is drawn", () => {
  const faint = drawBox(plainPicture(50, 50, WHITE), [20, 20, 5, 5], [235, 235, 235, 255]);
  const blanks = [plainPicture(50, 50, WHITE), plainPicture(1, 1, BLACK), plainPicture(9, 9, [0, 0, 0, 0]), faint];
  for (const blank of blanks) {
    assertThrows(() => inkOf(blank, "seven.png"), FormatError, "seven.png: nothing is drawn on it");
  }
});
