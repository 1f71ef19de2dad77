import { assert, assertEquals, assertGreater } from "@std/assert";
import {
  cssOf,
  paintOf,
  type Rgb,
  shareShade,
  signedShade,
  symmetricLimit,
  textOnShade,
} from "../../../pipeline/charts/paint.ts";
import { contrastOf } from "./svg.ts";

const rgb = (css: string) => (css.match(/\d+/g) ?? []).map(Number) as unknown as Rgb;
const brightness = (shade: Rgb) => shade.reduce((a, b) => a + b);
const hex = (shade: Rgb) => `#${shade.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

Deno.test("shareShade() gets darker with the share", () => {
  for (let percent = 1; percent <= 100; percent++) {
    const [lighter, darker] = [shareShade((percent - 1) / 100), shareShade(percent / 100)].map(rgb);
    assert(brightness(darker) < brightness(lighter), `${percent} %`);
  }
  assertEquals([shareShade(-1), shareShade(2)], [shareShade(0), shareShade(1)]);
});

Deno.test("textOnShade() has a contrast of 4.5 to 1 on every shade", () => {
  for (let step = 0; step <= 1000; step++) {
    const share = step / 1000;
    assertGreater(contrastOf(hex(rgb(shareShade(share))), textOnShade(share)), 4.5, `share ${share}`);
  }
});

Deno.test("signedShade() is white at 0, and as far from white on both sides of it", () => {
  assertEquals([signedShade(0), signedShade(NaN)], [[255, 255, 255], [255, 255, 255]]);
  assertEquals([signedShade(5), signedShade(-5)], [signedShade(1), signedShade(-1)]);
  for (let step = 1; step <= 20; step++) {
    assertGreater(brightness(signedShade((step - 1) / 20)), brightness(signedShade(step / 20)));
    assertGreater(brightness(signedShade(-(step - 1) / 20)), brightness(signedShade(-step / 20)));
    const [[red, , blue], [coldRed, , coldBlue]] = [signedShade(step / 20), signedShade(-step / 20)];
    assert(red > blue && coldBlue > coldRed, "positive is warm, negative is cold");
  }
  assertEquals(cssOf(signedShade(0)), "rgb(255, 255, 255)");
});

Deno.test("paintOf() paints grey values and colours as they are, and signed ones up to their limit", () => {
  assertEquals(paintOf("grey")([5, 77], 1), [77, 77, 77]);
  assertEquals(paintOf("rgb")([1, 2, 3, 4, 5, 6], 1), [4, 5, 6]);
  const paint = paintOf({ limit: 2, label: "weight" });
  assertEquals([paint([2, -1], 0), paint([2, -1], 1)], [signedShade(1), signedShade(-0.5)]);
  assertEquals(paintOf({ limit: 0, label: "weight" })([1], 0), [255, 255, 255]);
});

Deno.test("symmetricLimit() is a size that nearly all values keep below, whatever their sign", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? i : -i) / 1000);
  values[0] = 1e9;
  values[1] = NaN;
  assert(symmetricLimit([values]) > 0.98 && symmetricLimit([values]) < 1);
  assertEquals([symmetricLimit([]), symmetricLimit([new Float32Array(9)])], [0, 0]);
});
