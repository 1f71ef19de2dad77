/** Draws values of parameters. A trial's values depend on the seed and its number, not on the number of trials. */
import { Generator } from "../../core/random/mod.ts";
import type { Choices, Parameter, Space } from "../define/search.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";

/** Digits of a drawn number: enough to vary, and short enough to read. */
const DIGITS = 4;
/** Draws per trial after which a space is taken for exhausted. */
const MAX_DRAWS = 100;
/** The bits of a drawn number: those of torch.rand. */
const BITS = 24;

/** The first `count` different points of a random sequence; fewer if the space does not have that many. */
export function drawChoices(space: Space, count: number, seed: number): Choices[] {
  const generator = new Generator(seed);
  const drawn = new Float32Array(Object.keys(space).length);
  const found = new Map<string, Choices>();
  const most = Math.min(count, pointsOf(space));
  for (let draws = 0; found.size < most && draws < MAX_DRAWS * most; draws++) {
    generator.rand(drawn);
    const choices = Object.fromEntries(
      Object.entries(space).map(([path, parameter], i) => [path, valueAt(parameter, drawn[i])]),
    );
    found.getOrInsert(canonicalJson(choices), choices);
  }
  return [...found.values()];
}

/** The number of points of a space; infinite if a parameter is a range of real numbers. */
function pointsOf(space: Space): number {
  return Object.values(space).reduce((product, one) => product * countOf(one), 1);
}

function countOf(parameter: Parameter): number {
  if ("values" in parameter) return parameter.values.length;
  return parameter.integer ? parameter.max - parameter.min + 1 : Infinity;
}

/** The values of a parameter in a grid; null for a range that does not say how many. */
export function gridValues(parameter: Parameter): Plain[] | null {
  if ("values" in parameter) {
    return [...new Map(parameter.values.map((value) => [canonicalJson(value as Plain), value as Plain])).values()];
  }
  const { points } = parameter;
  if (points === undefined) return null;
  return [...new Set(Array.from({ length: points }, (_, i) => inRange(parameter, i / (points - 1))))];
}

/** The value at a share of the way: 0 ≤ `share` < 1. */
function valueAt(parameter: Parameter, share: number): Plain {
  if ("values" in parameter) return parameter.values[Math.floor(share * parameter.values.length)] as Plain;
  const { min, max, scale, integer } = parameter;
  // Each integer has the same share.
  if (integer && scale === "linear") return min + Math.floor(share * (max - min + 1));
  return inRange(parameter, share);
}

function inRange({ min, max, scale, integer }: Exclude<Parameter, { values: unknown }>, share: number): number {
  if (share === 0 || share === 1) return share === 0 ? min : max;
  const exact = scale === "log" ? geometric(min, max, share) : min + share * (max - min);
  const value = integer ? Math.round(exact) : Number(exact.toPrecision(DIGITS));
  return Math.min(max, Math.max(min, value));
}

/**
 * min · (max / min) ^ share, by halving the interval of logarithms for each bit of the share: square roots are rounded
 * alike everywhere, exponential functions are not.
 */
function geometric(min: number, max: number, share: number): number {
  let [low, high, rest] = [min, max, share];
  for (let bit = 0; bit < BITS; bit++) {
    const middle = Math.sqrt(low) * Math.sqrt(high);
    rest *= 2;
    if (rest >= 1) [low, rest] = [middle, rest - 1];
    else high = middle;
  }
  return low;
}
