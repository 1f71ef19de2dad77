import { defineInit } from "./initialization.ts";

/** The article's init_params: standard normal. It stores weights as `[in, out]`, so matrices are drawn in that order. */
export const randnInit = defineInit({
  name: "randn",
  about: "Standard normal, like the article's init_params.",
  source: import.meta.url,
  draw({ spec: { shape, draw }, values }, generator) {
    if ("constant" in draw) return void values.fill(draw.constant);
    generator.randn(values);
    if (shape.length !== 2) return;
    const [outFeatures, inFeatures] = shape;
    const drawn = values.slice();
    for (let i = 0; i < inFeatures; i++) {
      for (let o = 0; o < outFeatures; o++) values[o * inFeatures + i] = drawn[i * outFeatures + o];
    }
  },
});
