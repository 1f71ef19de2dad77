/** Draws every vector of rng_vectors.json, which tests compare with torch's. */
import { linearInit } from "../../../core/inits/linear_init.ts";
import { linear } from "../../../core/layers/linear.ts";
import { Generator } from "../../../core/random/generator.ts";
import { MersenneTwister } from "../../../core/random/mersenne_twister.ts";
import { DefaultLoader } from "./default_loader.ts";

/** Numbers that a generator drew. */
export type Drawn = Float32Array | Int32Array | Uint32Array | string[] | string;

/** Drawn vectors by their path in the golden file: "linear_784_10/weight". */
export type Vectors = Record<string, Drawn>;

/** Families of vectors, each drawn from generators with the given seed. */
const FAMILIES: Record<string, (seed: number) => Vectors> = {
  "MT19937, 32-bit outputs": (seed) => {
    const twister = new MersenneTwister(seed);
    return { mt19937: Uint32Array.from({ length: 1000 }, () => twister.next32()) };
  },
  "random_(), int64": (seed) => {
    const generator = new Generator(seed);
    return { random_int64: Array.from({ length: 8 }, () => String(generator.randomInt64())) };
  },
  "rand, uniform_": (seed) => ({
    rand_1000: floats(1000, (out) => new Generator(seed).rand(out)),
    "uniform_1000_-3.3_5.1": floats(1000, (out) => new Generator(seed).uniform(out, -3.3, 5.1)),
  }),
  "nn.Linear's parameters": (seed) => {
    const one = new Generator(seed);
    const parameters = parametersOf("linear_784_10/weight", "linear_784_10/bias", one, 784, 10);
    const next = String(one.randomInt64());
    const two = new Generator(seed);
    return {
      ...parameters,
      "linear_784_10/next_random_int64": next,
      ...parametersOf("two_layer_784_30_10/w1", "two_layer_784_30_10/b1", two, 784, 30),
      ...parametersOf("two_layer_784_30_10/w2", "two_layer_784_30_10/b2", two, 30, 10),
    };
  },
  "randn of 16 and more, and the article's weights": (seed) => ({
    ...randnOf(seed, [16, 17, 23, 31, 32, 33]),
    ...(() => {
      const generator = new Generator(seed);
      const weights = floats(7840, (out) => generator.randn(out));
      return {
        "randn_784x10_then_10/weights": weights,
        "randn_784x10_then_10/bias": floats(10, (out) => generator.randn(out)),
      };
    })(),
  }),
  "randn under 16, and sequences on one generator": (seed) => {
    const generator = new Generator(seed);
    const sequence = [5, 3, 16, 17, 3, 2].map((n) => floats(n, (out) => generator.randn(out)));
    return {
      ...randnOf(seed, [1, 5, 10, 15]),
      ...Object.fromEntries(sequence.map((values, i) => [`randn_sequence_one_generator[${i}]`, values])),
    };
  },
  "randperm": (seed) =>
    Object.fromEntries([15, 1000, 10000, 60000].map((n) => [`randperm_${n}`, new Generator(seed).randperm(n)])),
  "DataLoader orders, the default generator's": (seed) => ({
    ...passesOf("loader_train_3_epochs", new Generator(seed), ["train", "train", "train"]),
    ...passesOf(
      "flow_manual: randn(784,10), randn(10), validate, train, validate, train, validate",
      drawnFirst(seed, "randn", [7840, 10]),
      ["test", "train", "test", "train", "test"],
    ),
    ...passesOf(
      "flow_two_layer: Linear(784,30), Linear(30,10), validate, train, train",
      drawnFirst(seed, "rand", [784 * 30, 30, 300, 10]),
      ["test", "train", "train"],
    ),
  }),
};

/** The names of the families. */
export const FAMILY_NAMES = Object.keys(FAMILIES);

/** The vectors of a family for a seed. */
export function vectorsOf(family: string, seed: number): Vectors {
  return FAMILIES[family](seed);
}

function floats(length: number, draw: (out: Float32Array) => void): Float32Array {
  const out = new Float32Array(length);
  draw(out);
  return out;
}

function randnOf(seed: number, sizes: readonly number[]): Vectors {
  const one = (n: number) => floats(n, (out) => new Generator(seed).randn(out));
  return Object.fromEntries(sizes.map((n) => [`randn_single/${n}`, one(n)]));
}

/** An `nn.Linear`'s weight `[outFeatures, inFeatures]`, then its bias, drawn from a generator. */
function parametersOf(
  weight: string,
  bias: string,
  generator: Generator,
  inFeatures: number,
  outFeatures: number,
): Vectors {
  const specs = linear.parameters!([inFeatures], { in: inFeatures, out: outFeatures, bias: true });
  return Object.fromEntries(
    Object.values(specs).map((spec, i) => {
      const size = spec.shape.reduce((product, length) => product * length, 1);
      return [[weight, bias][i], floats(size, (values) => linearInit.draw({ spec, values }, generator))];
    }),
  );
}

/** A generator after parameters of these sizes were drawn from it. */
function drawnFirst(seed: number, draw: "randn" | "rand", sizes: readonly number[]): Generator {
  const generator = new Generator(seed);
  for (const size of sizes) generator[draw](new Float32Array(size));
  return generator;
}

/** Passes of a training and a test loader that share one default generator. */
function passesOf(name: string, generator: Generator, passes: readonly ("train" | "test")[]): Vectors {
  const loaders = {
    train: new DefaultLoader(generator, 60000, true),
    test: new DefaultLoader(generator, 10000, true),
  };
  return Object.fromEntries(passes.flatMap((loader, i) => {
    const { order, samplerSeed } = loaders[loader].pass();
    return [[`${name}[${i}]`, order], [`${name}[${i}]/sampler_seed`, String(samplerSeed)]];
  }));
}
