/** docs/your-own.md, followed from an empty folder: its files are written, and its commands typed. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { comparable, editOne, type Step, stepsIn, writeFile } from "./documented.ts";
import { outcomeOf, PROJECT } from "./pipeline/cli/retrace.ts";

const DOCUMENT = join(PROJECT, "docs/your-own.md");
/** What stands for `retrace`. */
const RETRACE = [
  Deno.execPath(),
  "run",
  "--quiet",
  "-R",
  "--allow-run=deno",
  join(PROJECT, "pipeline/cli/front/main.ts"),
];
/** The address of the server in the document. */
const SERVER = "127.0.0.1:8123";

Deno.test("the examples in docs/your-own.md work as it says, from an empty folder", async () => {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "retrace-own-" }));
  const serve = (request: Request) => {
    const path = join(folder, "data", new URL(request.url).pathname);
    return new Response(Deno.readTextFileSync(path));
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, serve);
  const located = (text: string) => text.replaceAll(SERVER, `127.0.0.1:${server.addr.port}`);
  try {
    await follow(folder, stepsIn(Deno.readTextFileSync(DOCUMENT)), located);
    assert(Deno.statSync(join(folder, "results/comparison.html")).size > 1000);
    const program = [
      "run",
      "--quiet",
      "--no-prompt",
      "-R",
      "--allow-run=deno",
      `--config=${join(PROJECT, "deno.json")}`,
    ];
    const { code, stdout, stderr } = await outcomeOf([Deno.execPath(), ...program, "sweep.ts"], {}, folder);
    assertEquals([code, stderr, stdout.split("\n").map((line) => line.slice(0, 6))], [0, "", ["1 0.88", "2 0.90", ""]]);
  } finally {
    await server.shutdown();
    Deno.removeSync(folder, { recursive: true });
  }
});

async function follow(folder: string, steps: readonly Step[], located: (text: string) => string): Promise<void> {
  const written: string[] = [];
  let undo: (() => void) | null = null;
  let printed = "";
  for (const [i, step] of steps.entries()) {
    if (step.kind === "file") {
      written.push(step.path);
      writeFile(join(folder, step.path), located(step.text));
    } else if (step.kind === "edit") {
      undo = editOne(folder, written, step.from, step.to);
    } else if (step.kind === "commands") {
      printed = "";
      const next = steps[i + 1];
      const fails = next?.kind === "output" && next.text.startsWith("error:");
      for (const line of step.lines) {
        const [program, ...args] = located(line).split(" ");
        assertEquals(program, "retrace", line);
        const { code, stdout, stderr } = await outcomeOf([...RETRACE, ...args], { NO_COLOR: "1" }, folder);
        assert((code === 0) !== fails, `${line}\n${stdout}${stderr}`);
        printed += stdout + stderr;
      }
      undo?.();
      undo = null;
    } else {
      const text = comparable(printed);
      for (const line of comparable(located(step.text)).split("\n").filter((line) => line !== "…")) {
        assertStringIncludes(text, line);
      }
    }
  }
}
