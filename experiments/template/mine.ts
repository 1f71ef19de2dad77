/** Definitions of my own. experiments/first.json names this file in "uses". */
import { dataset, defineStage, Generator, z } from "retrace";

/**
 * A stage: it adds Gaussian noise to the training images, so that the network cannot learn them by heart. In PyTorch:
 * images + std * torch.randn_like(images)
 */
export const noise = defineStage({
  name: "noise", // how the "chain" of an experiment names it
  about: "Add Gaussian noise to the training images.",
  // What an experiment can set. This is zod (https://zod.dev); it also makes the schema with which editors complete.
  params: () =>
    z.strictObject({
      std: z.number().nonnegative().describe("Standard deviation of the noise."),
      seed: z.int().nonnegative().default(0).describe("Seeds the noise. Default: the experiment's seed."),
    }),
  // It takes the dataset of the stage before it in the chain, and gives the next stage another one.
  inputs: { dataset },
  outputs: { dataset },
  // The same params and inputs must give the same bytes: draw from a Generator with a seed, and never from Math.random().
  run({ params: { std, seed }, inputs }) {
    const generator = new Generator(seed); // torch.Generator().manual_seed(seed)
    const one = new Float32Array(1);
    const noisy = inputs.dataset.mapTrain((value) => {
      generator.randn(one); // draws as torch.randn does
      return value + std * one[0];
    });
    return { dataset: noisy };
  },
});
