/** The initialization of torch.nn.Linear and its relatives. */
import { defineInit } from "./init.ts";

/** Every parameter as its layer specifies: for `linear`, uniform within ±1/√in. */
export const linearInit = defineInit({
  name: "linear",
  about: "As torch.nn.Linear does: uniform within ±1/√in.",
  source: import.meta.url,
  draw({ spec: { draw }, values }, generator) {
    if ("uniform" in draw) generator.uniform(values, -draw.uniform, draw.uniform);
    else values.fill(draw.constant);
  },
});
