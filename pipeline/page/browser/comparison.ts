/// <reference lib="dom" />
/** The code of the page of several runs; `deno task build` makes one file of it. */
import { startReading } from "./reading.ts";
import { startTheme } from "./theme.ts";

startTheme();
startReading(document);
