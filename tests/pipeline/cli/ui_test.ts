import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withFolder } from "../sources/scratch.ts";
import { writeRun } from "../ui/served.ts";
import { commandOf, PROJECT, retrace } from "./retrace.ts";

Deno.test("ui prints its address, serves this machine, and ends with Ctrl-C", async () => {
  await withFolder(async (results) => {
    writeRun(results, "one");
    const [program, ...args] = commandOf(["ui", "--port", "0", "--results", results]);
    const child = new Deno.Command(program, { args, cwd: PROJECT, stdin: "null", stdout: "piped", stderr: "piped" })
      .spawn();
    const reader = child.stdout.getReader();
    const line = new TextDecoder().decode((await reader.read()).value);
    assertMatch(line, /^http:\/\/127\.0\.0\.1:\d+\/ +Ctrl-C ends it\n$/);
    const url = line.split(" ")[0];
    assertStringIncludes(await (await fetch(url)).text(), "?name=one");
    // An open page's stream does not keep it from ending.
    const stream = await fetch(`${url}events`);
    const taken = await retrace("ui", "--port", new URL(url).port);
    assertEquals(taken.code, 1);
    assertStringIncludes(taken.stderr, "is in use by another program");
    child.kill("SIGINT");
    assertEquals((await child.status).code, 0);
    await stream.text().catch(() => {});
    await reader.cancel();
    assertEquals(await new Response(child.stderr).text(), "");
  });
});

Deno.test("ui rejects an invalid port, and arguments", async () => {
  for (const args of [["--port", "x"], ["--port", "70000"], ["results"]]) {
    const outcome = await retrace("ui", ...args);
    assertEquals({ code: outcome.code, stdout: outcome.stdout }, { code: 2, stdout: "" });
    assert(outcome.stderr.startsWith("error: "), outcome.stderr);
  }
});
