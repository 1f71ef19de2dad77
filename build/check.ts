/** `check`: everything that must be clean before a change is shared. */
import { defineCommand } from "../pipeline/cli/command.ts";
import { FAILED } from "../pipeline/cli/failure.ts";
import { green, print, red } from "../pipeline/cli/terminal.ts";

/** The checks: arguments of `deno`, which fails if something is wrong. */
const CHECKS = {
  "packages": ["install", "--frozen"],
  "format": ["fmt", "--check"],
  "lint": ["lint"],
  "types": ["check"],
  "built files": ["task", "build", "--check"],
};

export const command = defineCommand({
  name: "check",
  about: "Check formatting, lint rules, types and built files",
  options: {},
  isPlain: true,
  may: () => ({ read: true, run: ["deno"] }),
  async run() {
    let exitCode = 0;
    for (const [name, args] of Object.entries(CHECKS)) {
      const command = new Deno.Command("deno", { args, stdout: "piped", stderr: "piped" });
      const { success, stdout, stderr } = await command.output();
      print(`${success ? green("ok    ") : red("failed")}  ${name}  (deno ${args.join(" ")})`);
      if (success) continue;
      exitCode = FAILED;
      print(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
    }
    return exitCode;
  },
});
