/** Options that several commands have, each declared once. */
import { flag, optional, repeatable, withDefault } from "./option.ts";

/** Changes to an experiment, as typed: they are read where experiments are loaded. */
export const set = repeatable("PATH=VALUE", "change a value: train.epochs=60, seed=7");

/** Seeds to run an experiment with, as typed. */
export const seeds = optional(
  "0..9|0,1,2",
  "run once per seed; it seeds both the weights and the order of the batches",
);

/** Folders that an experiment may read. */
export const data = repeatable("DIR", "a folder that an experiment may read, beside its own and the current one");

/** The store. */
export const cache = withDefault("DIR", "where stages are stored", ".retrace");

/** Where results are. */
export const results = withDefault("DIR", "the folder with the results", "results");

/** Output for programs. */
export const json = flag("print JSON instead of text");
