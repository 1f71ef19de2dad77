import { assertEquals } from "@std/assert";
import { paramText } from "../../../pipeline/text/param_text.ts";

const SHA256 = "0123456789abcdef".repeat(4);

Deno.test("paramText() shows the starts of digests", () => {
  for (const digest of [SHA256, SHA256.slice(0, 40), SHA256 + SHA256]) {
    assertEquals(paramText(digest), "0123456789…");
    assertEquals(paramText(`sha256:${digest}`), "sha256:0123456789…");
    assertEquals(paramText(`/data/${digest}/x.npy`), "/data/0123456789…/x.npy");
    assertEquals(paramText(["a", digest]), "a → 0123456789…");
  }
});

Deno.test("paramText() leaves other texts and numbers whole", () => {
  for (const text of ["softmax", "0123456789ab", "1234567890".repeat(3), "g".repeat(64)]) {
    assertEquals(paramText(text), text);
  }
  assertEquals([1e-10, true, null, undefined].map(paramText), ["1e-10", "true", "null", "–"]);
});
