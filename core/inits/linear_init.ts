import { defineInit } from "./initialization.ts";

/** PyTorch's default: draws every parameter as its layer specifies. For `linear`, that is uniform within ±1/√in. */
export const linearInit = defineInit({
  name: "linear",
  about: "Like torch.nn.Linear: uniform within ±1/√in.",
  source: import.meta.url,
  draw({ spec: { draw }, values }, generator) {
    if ("uniform" in draw) generator.uniform(values, -draw.uniform, draw.uniform);
    else values.fill(draw.constant);
  },
});
