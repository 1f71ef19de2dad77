/**
 * The command line: finds the command, runs it, and turns errors into messages and exit codes.
 * 0: done. 1: a run or a check failed. 2: wrong use.
 */
import { suggestion } from "../text/suggestion.ts";
import { tellFailure, WRONG_USE } from "./failure.ts";
import { late } from "./late.ts";
import { complain, print, red } from "./terminal.ts";

/** A command takes its arguments and gives the exit code. */
type Command = (args: string[]) => Promise<number>;

/** Commands are loaded when they are called: `compare` needs nothing of what `run` needs. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  run: async () => (await late<typeof import("./commands/run.ts")>("./commands/run.ts")).run,
  compare: async () => (await late<typeof import("./commands/compare.ts")>("./commands/compare.ts")).compare,
  explain: async () => (await late<typeof import("./commands/explain.ts")>("./commands/explain.ts")).explainCommand,
  report: async () => (await late<typeof import("./commands/report.ts")>("./commands/report.ts")).report,
  ui: async () => (await late<typeof import("./commands/ui.ts")>("./commands/ui.ts")).ui,
  predict: async () => (await late<typeof import("./commands/predict.ts")>("./commands/predict.ts")).predict,
  graph: async () => (await late<typeof import("./commands/graph.ts")>("./commands/graph.ts")).graphCommand,
  cache: async () => (await late<typeof import("./commands/cache.ts")>("./commands/cache.ts")).cache,
  reproduce: async () => (await late<typeof import("./commands/reproduce.ts")>("./commands/reproduce.ts")).reproduce,
  build: async () => (await late<typeof import("./commands/build.ts")>("./commands/build.ts")).build,
  check: async () => (await late<typeof import("./commands/check.ts")>("./commands/check.ts")).check,
};

const HELP = `Retrace: machine-learning experiments that can be trusted.

  deno task run CONFIG…          run experiments; results land in results/
  deno task compare RUN…         compare finished runs; compare:charts draws their curves
  deno task report RUN…          a page of several runs; a single one's page is in its folder
  deno task ui                   the runs in a browser: filter, compare, follow
  deno task explain CONFIG       why each stage is a hit or runs, compared with the nearest stored run
  deno task predict RUN PICTURE… what a trained model sees in a picture
  deno task graph CONFIG         draw the stages of an experiment
  deno task cache COMMAND        list, check and clear what is stored
  deno task reproduce [CONFIG…]  compute from nothing, and compare with the expected digests
  deno task evidence             how near the numbers come to PyTorch's
  deno task test                 run the tests
  deno task torture              harm the store in 10,000 ways, and demand the same bytes each time
  deno task check                format, lint, types and built files
  deno task build                rebuild the kernels, the JSON Schema and the pages
  deno task bench                time what people wait for

Each of them explains itself with --help.`;

/** Runs a command line and gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || ["--help", "-h", "help"].includes(name)) {
    print(HELP);
    return name === undefined ? WRONG_USE : 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : null;
  if (load === null) {
    complain(`${red("error:")} there is no command "${name}". ${suggestion(name, Object.keys(COMMANDS))}\n\n${HELP}`);
    return WRONG_USE;
  }
  try {
    return await (await load())(rest);
  } catch (error) {
    return tellFailure(error);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
