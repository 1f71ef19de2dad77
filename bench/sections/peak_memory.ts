/** Runs a command line of Retrace, then prints the peak memory of the process, in kilobytes. */
import process from "node:process";
import { main } from "../../pipeline/cli/main.ts";

const exitCode = await main(Deno.args);
console.log(process.resourceUsage().maxRSS);
Deno.exit(exitCode);
