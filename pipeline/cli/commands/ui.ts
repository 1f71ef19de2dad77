/** `ui`: the runs of a results folder in a browser on this machine. */
import { ResultsError } from "../../engine/run_errors.ts";
import { defineCommand } from "../command.ts";
import { wholeNumber, withDefault } from "../option.ts";
import { cache, results } from "../shared_options.ts";
import { bold, dim, print } from "../terminal.ts";

export const command = defineCommand({
  name: "ui",
  about: "Browse, filter and compare runs in the browser; follow live ones",
  options: {
    port: withDefault("N", "the port on 127.0.0.1; 0 takes any free one", "4321", wholeNumber(0, 65535)),
    results,
    cache,
  },
  details:
    "Only accessible from this machine, or through a tunnel (ssh -L 8080:127.0.0.1:4321 HOST); read-only. Ctrl-C ends it.",
  common: true,
  runs: ({ options: { results } }) => ({ results, names: [] }),
  may: ({ options: { port, results, cache } }) => ({
    read: [results, cache],
    net: [port === 0 ? "127.0.0.1" : `127.0.0.1:${port}`],
  }),
  async run({ pipeline, options: { port: wanted, results, cache }, signal }) {
    const { serveUi } = await import("../../ui/server.ts");
    const { seedPaths } = await import("../../experiment/schema.ts");
    try {
      const shown = { pipeline, seeds: seedPaths(pipeline), results, cache };
      const { port, finished } = await serveUi(shown, wanted, signal);
      print(`${bold(`http://127.0.0.1:${port}/`)}  ${dim("Ctrl-C ends it")}`);
      await finished;
      return 0;
    } catch (error) {
      if ((error as { code?: unknown }).code !== "EADDRINUSE") throw error;
      throw new ResultsError(
        `Port ${wanted} is in use by another program. Choose one with --port N, or any free one with --port 0.`,
      );
    }
  },
});
