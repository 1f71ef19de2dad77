/** Hyperband (Li et al., 2018): brackets of successive halving, from many trials that start early to a few that are all trained. */
import { defineSearch } from "../define/search.ts";
import { drawChoices } from "./draw_choices.ts";
import { bracketOf, DRAWING_PARAMS, RUNG_PARAMS, rungEpochs, type RungParams } from "./rungs.ts";

interface Params extends RungParams {
  trials?: number;
  seed: number;
}

export const hyperband = defineSearch({
  name: "hyperband",
  about: "Several brackets of halving, the first comparing early, the last not at all.",
  source: import.meta.url,
  params: {
    ...DRAWING_PARAMS,
    trials: DRAWING_PARAMS.trials.optional().describe(
      "The number of trials in all, shared by the brackets. Default: those of one round of Hyperband.",
    ),
    ...RUNG_PARAMS,
  },
  trials(space, params: Params, epochs) {
    const round = sizesOf(params, epochs).reduce((sum, size) => sum + size, 0);
    return drawChoices(space, params.trials ?? round, params.seed);
  },
  brackets(trials, params, epochs) {
    const sizes = sizesOf(params, epochs);
    const members = sizes.map((): number[] => []);
    for (let trial = 0; trial < trials; trial++) {
      // The bracket that is the furthest from its share: it does not depend on the trials that follow.
      const shares = sizes.map((size, i) => (members[i].length + 1) / size);
      members[shares.indexOf(Math.min(...shares))].push(trial);
    }
    const rungs = rungEpochs(params, epochs);
    return members.map((trials, first) => bracketOf(trials, rungs.slice(first), params.eta))
      .filter(({ trials }) => trials.length > 0);
  },
});

/** The trials of each bracket in a round: ⌈(s_max + 1) / (s + 1) · eta^s⌉ for one with s rungs before its last. */
function sizesOf(params: Params, epochs: number): number[] {
  const rungs = rungEpochs(params, epochs).length;
  return Array.from({ length: rungs }, (_, first) => {
    const before = rungs - 1 - first;
    return Math.ceil(rungs / (before + 1) * params.eta ** before);
  });
}
