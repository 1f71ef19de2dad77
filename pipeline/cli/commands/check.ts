/** `check`: everything that must be clean before a change is shared. */
import { defineCommand } from "../command.ts";
import { FAILED } from "../failure.ts";
import { green, print, red } from "../terminal.ts";

/** The checks: commands of Deno that fail when something is wrong. */
const CHECKS: readonly { name: string; args: string[] }[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint"] },
  { name: "types", args: ["check"] },
  { name: "built files", args: ["task", "build", "--check"] },
];

export const command = defineCommand({
  name: "check",
  about: "Check formatting, lint rules, types and built files",
  options: {},
  may: { read: true, run: ["deno"] },
  async run() {
    let exitCode = 0;
    for (const { name, args } of CHECKS) {
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
