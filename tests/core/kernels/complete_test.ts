import { assertEquals } from "@std/assert";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { plain } from "../../../core/kernels/plain.ts";

Deno.test("every kernel has a plain twin, and a test that compares the two on random cases", () => {
  assertEquals(Object.keys(kernels).sort(), Object.keys(plain).sort());
  const folder = new URL("./", import.meta.url);
  const sources = [...Deno.readDirSync(folder)].map(({ name }) => Deno.readTextFileSync(new URL(name, folder)));
  const comparing = sources.filter((text) => text.includes("assertSameBits(") && text.includes("fc.property("));
  const isCompared = (name: string) => comparing.some((text) => new RegExp(`\\b(k|which)\\.${name}\\(`).test(text));
  assertEquals(Object.keys(kernels).filter((name) => !isCompared(name)), []);
});
