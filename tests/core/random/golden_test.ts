/** Every vector of rng_vectors.json, bit for bit. */
import { assertEquals } from "@std/assert";
import { asGolden, goldenSeeds } from "./golden.ts";
import { FAMILY_NAMES, vectorsOf } from "./vectors.ts";

/** Builds of torch without AVX2 round uniform numbers differently and take logarithm, sine and cosine from the C library. */
const NOT_OURS = [
  "linear_784_10/scalar_path/weight",
  "linear_784_10/scalar_path/bias",
  "randn_784x10_then_10/scalar_path/weights",
  "randn_784x10_then_10/scalar_path/bias",
  "uniform_1000_-3.3_5.1/scalar_path",
];

for (const [seed, golden] of goldenSeeds()) {
  for (const family of FAMILY_NAMES) {
    Deno.test(`${family} are torch's bit for bit for seed ${seed}`, () => {
      for (const [path, drawn] of Object.entries(vectorsOf(family, seed))) {
        const expected = golden[path];
        const found = asGolden(drawn);
        const isList = Array.isArray(expected) && !Array.isArray(found);
        assertEquals(isList ? [...drawn] : found, expected, path);
      }
    });
  }

  Deno.test(`every vector of rng_vectors.json is drawn for seed ${seed}`, () => {
    const drawn = FAMILY_NAMES.flatMap((family) => Object.keys(vectorsOf(family, seed)));
    assertEquals([...drawn, ...NOT_OURS].sort(), Object.keys(golden).sort());
  });
}
