import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import type { Card, Cards } from "../../../pipeline/charts/marks.ts";
import { MARKS } from "../../../pipeline/charts/theme.ts";
import { boxOf, equalTo, pictureOf } from "./picture.ts";

const [green, vermilion, blue] = [MARKS.green, MARKS.vermilion, MARKS.blue].map(equalTo);

/** A prediction that gives `share` to the class `predicted` and the rest to the next one. */
function card(truth: number, predicted: number, share = 0.75, classes = 10): Card {
  const probabilities = new Array(classes).fill(0);
  probabilities[predicted] = share;
  probabilities[(predicted + 1) % classes] = 1 - share;
  return { pixels: new Uint8Array(784).fill(123), truth, predicted, probabilities, from: "row 42" };
}
const cardsOf = (right: Card[], wrong: Card[], more: Partial<Cards> = {}): Cards => ({
  kind: "cards",
  size: { width: 28, height: 28 },
  labels: Array.from({ length: 10 }, (_, i) => String(i)),
  groups: [
    { heading: ["Classified correctly", "right"], cards: right, none: "No image was classified correctly." },
    { heading: ["Misclassified", "wrong"], cards: wrong, none: "No image was misclassified." },
  ],
  ...more,
});
const three = [card(1, 1), card(2, 2), card(3, 3)];

Deno.test("cards: groups are below each other; bars are green, orange if wrong, blue for the missed class", async () => {
  const picture = await pictureOf(cardsOf(three, [card(5, 4)]));
  assertEquals(picture.width, 1040);
  const [bars, mistake, missed] = [green, vermilion, blue].map((colour) => boxOf(picture.find(colour)));
  assertGreater(mistake.top, bars.bottom);
  assertAlmostEquals(mistake.bottom - mistake.top + 1, 0.75 * 92, 1);
  assertAlmostEquals(missed.bottom - missed.top + 1, 0.25 * 92, 1);
  assert(missed.left > mistake.right, "class 5 is right of class 4");
  assertEquals(picture.find((colour) => colour.every((part) => part === 123)).length, 4 * 112 * 112);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("cards: a group without cards says so", async () => {
  const none = await pictureOf(cardsOf(three, []));
  assertEquals(none.find(vermilion).length + none.find(blue).length, 0);
  assertGreater(none.ink({ top: none.height - 74, bottom: none.height - 54, left: 22, right: 260 }), 300);
  const all = await pictureOf(cardsOf([], three.map((one) => ({ ...one, truth: 9 }))));
  assertEquals(all.find(green).length, 0);
  assertEquals((await pictureOf(cardsOf([], []))).inkAtEdges(), 0);
});

Deno.test("cards: the picture gets higher by a row for every three cards", async () => {
  const height = async (count: number) => (await pictureOf(cardsOf(new Array(count).fill(three[0]), []))).height;
  assertEquals(await height(3), await height(1));
  assertEquals(await height(4), await height(3) + 178);
});

Deno.test("cards: 2 and 26 classes, long names, NaN probabilities and other shapes are drawn", async () => {
  const labels = Array.from({ length: 26 }, (_, i) => `a very long name of the class number ${i} ${"x".repeat(40)}`);
  const broken = { ...card(0, 1), probabilities: [NaN, Infinity, -1], pixels: new Float32Array(100) };
  const sets = [
    cardsOf([card(1, 1, 1, 2)], [card(1, 0, 0.6, 2)]),
    cardsOf([card(25, 25, 1, 26)], [card(1, 0, 0.6, 26)], { labels }),
    cardsOf([card(1, 1)], [broken], { size: { width: 14, height: 56 } }),
  ];
  for (const cards of sets) {
    const picture = await pictureOf(cards);
    assertEquals(picture.inkAtEdges(), 0);
    assertGreater(picture.find(green).length, 60);
  }
});
