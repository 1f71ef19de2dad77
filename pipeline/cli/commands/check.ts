/** `check`: everything that must be clean before a change is shared. */
import { readOptions } from "../options.ts";
import { green, print, red } from "../terminal.ts";

const HELP = `Check the project: formatting, lint rules, types, and that built files are what their sources build.

  deno task check

Exit code 1 when a check fails; what is wrong is printed.`;

/** One check: a Deno command that fails when something is wrong. */
const CHECKS: readonly { name: string; args: string[] }[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint"] },
  { name: "types", args: ["check"] },
  { name: "built files", args: ["task", "build", "--check"] },
];

/** The command. */
export async function check(args: string[]): Promise<number> {
  const { switches } = readOptions(args, { command: "check" });
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  let failed = 0;
  for (const { name, args } of CHECKS) {
    const command = new Deno.Command("deno", { args, stdout: "piped", stderr: "piped" });
    const { success, stdout, stderr } = await command.output();
    print(`${success ? green("ok    ") : red("failed")}  ${name}  (deno ${args.join(" ")})`);
    if (success) continue;
    failed++;
    print(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
  }
  return failed === 0 ? 0 : 1;
}
