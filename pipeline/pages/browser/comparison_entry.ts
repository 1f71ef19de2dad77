/// <reference lib="dom" />
/** The code of the page of several runs; `deno task build` makes one file of it. */
import { startReading } from "./read_values.ts";
import { startTheme } from "./colour_theme.ts";

startTheme();
startReading(document);
