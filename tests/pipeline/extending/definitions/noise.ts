import { dataset, defineStage, Generator, z } from "retrace";

export const noise = defineStage({
  name: "noise",
  version: 1,
  about: "Add Gaussian noise to the training images.",
  source: import.meta.url,
  params: () =>
    z.strictObject({
      std: z.number().positive().describe("Standard deviation of the noise."),
      seed: z.int().nonnegative().default(0).describe("Seeds the noise."),
    }),
  inputs: { dataset },
  outputs: { dataset },
  run({ params: { std, seed }, inputs }) {
    const generator = new Generator(seed);
    const drawn = new Float32Array(1);
    const noisy = inputs.dataset.mapTrain((value) => {
      generator.randn(drawn);
      return value + std * drawn[0];
    });
    return { dataset: noisy };
  },
});
