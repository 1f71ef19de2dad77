/** Random search (Bergstra and Bengio, 2012). */
import { defineSearch } from "../define/search.ts";
import { drawChoices } from "./draw_choices.ts";
import { DRAWING_PARAMS } from "./rungs.ts";

export const random = defineSearch({
  name: "random",
  about: "Values drawn at random; every trial is trained to the end.",
  source: import.meta.url,
  params: DRAWING_PARAMS,
  trials: (space, { trials, seed }: { trials: number; seed: number }) => drawChoices(space, trials, seed),
});
