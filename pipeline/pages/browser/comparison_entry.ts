/// <reference lib="dom" />
/** The script of the pages of several runs and of a sweep; `deno task build` bundles it into one file. */
import { startReading } from "./read_values.ts";
import { startTheme } from "./colour_theme.ts";
import { startSorting } from "./sort_table.ts";

startTheme();
startSorting(document);
startReading(document);

// A page of work in progress loads itself again; its place and its colours stay.
const seconds = Number(document.querySelector<HTMLElement>("[data-reload]")?.dataset.reload ?? 0);
if (seconds > 0) setTimeout(() => location.reload(), 1000 * seconds);
