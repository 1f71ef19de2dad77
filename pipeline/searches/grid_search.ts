/** Every combination of values. */
import { type Choices, defineSearch } from "../define/search.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { gridValues } from "./draw_choices.ts";
import { MAX_TRIALS } from "./rungs.ts";

export const grid = defineSearch({
  name: "grid",
  about: "Every combination of the values; the values of the last parameter change fastest.",
  source: import.meta.url,
  trials(space) {
    const lists = Object.entries(space).map(([path, parameter]) => {
      const values = gridValues(parameter);
      if (values !== null) return [path, values] as const;
      throw new ConfigError(
        `A grid needs to know how many values of ${path} to try. Add "points": 5 to its range, or give it "values".`,
      );
    });
    const count = lists.reduce((product, [, values]) => product * values.length, 1);
    if (count > MAX_TRIALS) {
      throw new ConfigError(`This grid has ${count} trials; at most ${MAX_TRIALS} are tried. Give fewer values.`);
    }
    return lists.reduce<Choices[]>(
      (all, [path, values]) => all.flatMap((before) => values.map((value) => ({ ...before, [path]: value }))),
      [{}],
    );
  },
});
