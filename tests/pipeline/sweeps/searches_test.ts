/** Which trials searches choose, and how these compete. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { parameterSchema, type Space } from "../../../pipeline/define/search.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { grid } from "../../../pipeline/searches/grid_search.ts";
import { halving } from "../../../pipeline/searches/halving.ts";
import { hyperband } from "../../../pipeline/searches/hyperband.ts";
import { list } from "../../../pipeline/searches/list.ts";
import { random } from "../../../pipeline/searches/random.ts";

const space = (given: Record<string, unknown>): Space =>
  Object.fromEntries(Object.entries(given).map(([path, one]) => [path, parameterSchema.parse(one)]));

const LR = { min: 1e-4, max: 1, scale: "log" };

Deno.test("the pipeline offers every search", () => {
  assertEquals(classifier.searches, [grid, random, list, halving, hyperband]);
});

Deno.test("random trials: those of a smaller sweep come first, all differ, and another seed draws others", () => {
  const lr = space({ lr: LR, hidden: { values: [10, 30] } });
  const trials = (count: number, seed = 0) => random.trials(lr, { trials: count, seed }, 1);
  assertEquals(trials(100).slice(0, 20), trials(20));
  assertEquals(new Set(trials(100).map((one) => JSON.stringify(one))).size, 100);
  assert(JSON.stringify(trials(20, 1)) !== JSON.stringify(trials(20)));
});

Deno.test("drawn values lie in their range, evenly on its scale, with four digits", () => {
  const all = random.trials(space({ log: LR, even: { min: -2, max: 3 }, whole: { min: 1, max: 4, integer: true } }), {
    trials: 4000,
    seed: 3,
  }, 1) as unknown as Record<"log" | "even" | "whole", number>[];
  const share = (is: (one: typeof all[number]) => boolean) => all.filter(is).length / all.length;
  assert(all.every(({ log, even, whole }) => log >= 1e-4 && log <= 1 && even >= -2 && even <= 3 && whole % 1 === 0));
  // Half of the logarithms are below that of the middle, 0.01; a quarter below 0.001.
  assert(Math.abs(share(({ log }) => log < 0.01) - 0.5) < 0.03);
  assert(Math.abs(share(({ log }) => log < 0.001) - 0.25) < 0.03);
  assert(Math.abs(share(({ even }) => even < 0.5) - 0.5) < 0.03);
  for (const value of [1, 2, 3, 4]) assert(Math.abs(share(({ whole }) => whole === value) - 0.25) < 0.03);
  assert(all.every(({ log, even }) => [log, even].every((value) => value === Number(value.toPrecision(4)))));
});

Deno.test("a space with few points ends the trials", () => {
  const few = space({ hidden: { values: [10, 30] }, layers: { min: 1, max: 3, integer: true } });
  assertEquals(random.trials(few, { trials: 50, seed: 0 }, 1).length, 6);
});

Deno.test("a grid is every combination, the last parameter changing fastest, and needs to know how many points", () => {
  assertEquals(grid.trials(space({ a: { values: [1, 2] }, b: { values: ["x", "y"] } }), {}, 1), [
    { a: 1, b: "x" },
    { a: 1, b: "y" },
    { a: 2, b: "x" },
    { a: 2, b: "y" },
  ]);
  assertEquals(grid.trials(space({ a: { values: [1, 1.0, [2], [2]] } }), {}, 1), [{ a: 1 }, { a: [2] }]);
  const lr = space({ lr: { ...LR, points: 5 }, n: { min: 1, max: 3, integer: true, points: 9 } });
  const rates = new Set(grid.trials(lr, {}, 1).map((one) => one.lr));
  assertEquals([...rates], [0.0001, 0.001, 0.01, 0.1, 1]);
  assertEquals(new Set(grid.trials(lr, {}, 1).map((one) => one.n)), new Set([1, 2, 3]));
  assertThrows(() => grid.trials(space({ lr: LR }), {}, 1), ConfigError, '"points": 5');
});

Deno.test("a list is what it says, each trial once", () => {
  assertEquals(list.trials({}, { list: [{ a: 1 }, { a: 2 }, { a: 1 }] }, 1), [{ a: 1 }, { a: 2 }]);
  assertThrows(() => list.trials(space({ b: { values: [1] } }), { list: [{ a: 1 }] }, 1), ConfigError, "Remove b");
});

Deno.test("halving: a third goes on, for three times the epochs", () => {
  const params = { trials: 27, seed: 0, min_epochs: 1, eta: 3 };
  const [{ trials, rungs }, ...others] = halving.brackets!(27, params, 27);
  assertEquals(others, []);
  assertEquals(trials.length, 27);
  assertEquals(rungs, [{ epochs: 1, keeps: 9 }, { epochs: 3, keeps: 3 }, { epochs: 9, keeps: 1 }, {
    epochs: 27,
    keeps: 0,
  }]);
  const uneven = halving.brackets!(20, params, 9)[0].rungs;
  assertEquals(uneven.map(({ keeps }) => keeps), [6, 2, 0], "rounded down, as in the papers");
  // The last rung is the end, wherever that is; one always goes on, and where it is alone, there is no rung.
  const short = halving.brackets!(2, { ...params, min_epochs: 2 }, 10)[0].rungs;
  assertEquals(short, [{ epochs: 2, keeps: 1 }, { epochs: 10, keeps: 0 }]);
  assertThrows(() => halving.brackets!(2, { ...params, min_epochs: 11 }, 10), ConfigError, "at most 10");
});

Deno.test("hyperband: its brackets have the sizes of the paper, and keep their trials when more are added", () => {
  const params = { seed: 0, min_epochs: 1, eta: 3 };
  const lr = space({ lr: LR });
  const round = hyperband.trials(lr, params, 81);
  const brackets = hyperband.brackets!(round.length, params, 81);
  // Li et al., table 1: R = 81, eta = 3.
  assertEquals(brackets.map(({ trials }) => trials.length), [81, 34, 15, 8, 5]);
  assertEquals(brackets.map(({ rungs }) => rungs.map(({ epochs }) => epochs)), [
    [1, 3, 9, 27, 81],
    [3, 9, 27, 81],
    [9, 27, 81],
    [27, 81],
    [81],
  ]);
  for (const count of [1, 5, round.length + 1, round.length * 2]) {
    const other = hyperband.brackets!(count, params, 81);
    other.forEach(({ trials }, i) => {
      const { length } = brackets[i].trials;
      assertEquals(trials.slice(0, length), brackets[i].trials.slice(0, trials.length));
    });
  }
});
