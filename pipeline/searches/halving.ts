/** Successive halving (Jamieson and Talwalkar, 2016), with synchronous rungs. */
import { defineSearch } from "../define/search.ts";
import { drawChoices } from "./draw_choices.ts";
import { bracketOf, DRAWING_PARAMS, RUNG_PARAMS, rungEpochs, type RungParams } from "./rungs.ts";

interface Params extends RungParams {
  trials: number;
  seed: number;
}

export const halving = defineSearch({
  name: "halving",
  about: "Values drawn at random; after 1, 3, 9, … epochs, the best third goes on.",
  source: import.meta.url,
  params: { ...DRAWING_PARAMS, ...RUNG_PARAMS },
  trials: (space, { trials, seed }: Params) => drawChoices(space, trials, seed),
  brackets(trials, params, epochs) {
    return [bracketOf(Array.from({ length: trials }, (_, i) => i), rungEpochs(params, epochs), params.eta)];
  },
});
