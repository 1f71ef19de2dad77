#!/usr/bin/env node
/** Starts the command line: in Deno at once, and from Node in the Deno that npm has installed with this package. */
import { fileURLToPath } from "node:url";

const MAIN = "../pipeline/cli/front/main.js";

if (globalThis.Deno === undefined) await startDeno();
else Deno.exit(await (await import(MAIN)).main(Deno.args));

/** Ends as Deno does. Signals that only this process receives go on to Deno, which decides what they mean. */
async function startDeno() {
  const { spawn } = await import("node:child_process");
  const { createRequire } = await import("node:module");
  let deno;
  try {
    // The program that is there already or, without npm's install scripts, the one in the package of this platform.
    deno = createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  } catch (error) {
    console.error(
      `error: Retrace needs Deno, which npm installs with it, but it is not there: ${
        String(error.message).split("\n")[0]
      }. ` +
        "Run npm install again in the folder where Retrace was installed, without --omit=optional.",
    );
    process.exit(1);
  }
  const module = fileURLToPath(new URL(MAIN, import.meta.url));
  // With a comma in its path, the program cannot be named, because Deno separates values by commas.
  const run = deno.includes(",") ? "--allow-run" : `--allow-run=${deno}`;
  const flags = ["--quiet", "--no-prompt", "--no-config", "--no-lock", "--no-remote", "--node-modules-dir=manual"];
  const child = spawn(deno, ["run", ...flags, "--allow-read", run, module, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`error: Deno cannot be started: ${error.message}.`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
