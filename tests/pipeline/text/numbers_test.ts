import { assertEquals } from "@std/assert";
import {
  bytesText,
  countText,
  figureText,
  numberText,
  percentText,
  probabilityText,
  secondsText,
  tickText,
  timeText,
} from "../../../pipeline/text/numbers.ts";

Deno.test("counts, sizes and times are written one way on every machine", () => {
  assertEquals([0, 999, 1000, 1234567, -1000].map(countText), ["0", "999", "1,000", "1,234,567", "-1,000"]);
  assertEquals([999, 1000, 54_950_064, 999_499_999_999].map(bytesText), ["999 B", "1.0 kB", "55.0 MB", "999 GB"]);
  assertEquals([0.0421, 6.24, 125].map(secondsText), ["42 ms", "6.2 s", "2 min 5 s"]);
  assertEquals(timeText("2026-11-25T12:40:07.123Z"), "2026-11-25 12:40:07 UTC");
});

Deno.test("figureText() writes a value in its form, what is not finite as such, and a dash for a missing one", () => {
  const texts = (value: unknown) => (["percent", "number", "count"] as const).map((form) => figureText(value, form));
  assertEquals(texts(0.123456), ["12.35 %", "0.1235", "0"]);
  assertEquals([null, undefined, "1", [1]].flatMap(texts), Array(12).fill("–"));
  assertEquals([Infinity, -Infinity, NaN].map(texts), ["∞", "-∞", "NaN"].map((text) => Array(3).fill(text)));
});

Deno.test("percentText() has a dash for a missing value, numberText() four digits", () => {
  assertEquals([percentText(0.96744), percentText(1, 0), percentText(null), percentText(NaN)], [
    "96.74 %",
    "100 %",
    "–",
    "–",
  ]);
  assertEquals([1.49791, 12, 1e-7].map(numberText), ["1.498", "12", "1e-7"]);
});

Deno.test("probabilityText() never writes 0 or 100 % for what is not exactly that", () => {
  assertEquals(
    [0, 1e-12, 4.9e-5, 5e-5, 0.5, 0.99994, 0.99999, 1, NaN].map(probabilityText),
    ["0.00 %", "<0.01 %", "<0.01 %", "0.01 %", "50.00 %", "99.99 %", ">99.99 %", "100.00 %", "–"],
  );
});

Deno.test("tickText() drops the digits that rounding left behind", () => {
  assertEquals([0, 0.1 + 0.2, 50, 20000, -4, 1e8].map(tickText), ["0", "0.3", "50", "20,000", "-4", "1e8"]);
});
