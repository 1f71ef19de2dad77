/** `ui`: the runs of a results folder in a browser on this machine. */
import { ResultsError, UsageError } from "../../engine/run_errors.ts";
import { readOptions } from "../options.ts";
import { bold, dim, print } from "../terminal.ts";

const HELP = `Look at the runs in a browser: list, filter, compare, and follow one that is at work.

  deno task ui [options]

  --port N        on 127.0.0.1 (default: 4321; 0 takes any that is free)
  --results DIR   where the results are (default: results)

Nobody but this machine can reach it, and it only reads. Ctrl-C ends it.`;

/** The command. */
export async function ui(args: string[]): Promise<number> {
  const { values, switches, rest } = readOptions(args, { command: "ui", values: ["port", "results"] });
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`ui takes options only, but was given ${rest.join(" ")}.`);
  const wanted = parsePort(values.port ?? "4321");
  const end = new AbortController();
  // Pages hold their connections open: they are cut, not waited for.
  Deno.addSignalListener("SIGINT", () => end.abort());
  const { serveUi } = await import("../../ui/server.ts");
  const { port, finished } = start(() => serveUi(values.results ?? "results", wanted, end.signal), wanted);
  print(`${bold(`http://127.0.0.1:${port}/`)}  ${dim("Ctrl-C ends it")}`);
  await finished;
  return 0;
}

function start<T>(serve: () => T, port: number): T {
  try {
    return serve();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new ResultsError(`Port ${port} is taken by another program. Choose one with --port N, or any with --port 0.`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new UsageError(`--port takes a number from 0 to 65535, but was given ${JSON.stringify(text)}.`);
}
