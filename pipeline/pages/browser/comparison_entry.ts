/// <reference lib="dom" />
/** The script of the page of several runs; `deno task build` bundles it into one file. */
import { startReading } from "./read_values.ts";
import { startTheme } from "./colour_theme.ts";
import { startSorting } from "./sort_table.ts";

startTheme();
startSorting(document);
startReading(document);
