/** Code of a user's own, as the command line runs it: in a folder outside the project. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { commandElsewhere, type Outcome, outcomeOf } from "./retrace.ts";

/** A stage that writes its param, and another that adds to what it wrote. */
const MINE = `import { artifactKind, defineFigure, defineStage, z } from "retrace";
import { STEP } from "./step.ts";

const number = artifactKind("number", { format: "json", about: "A number." });
const sum = artifactKind("sum", { format: "json", about: "A sum." });
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const valueOf = (artifact: { bytes(): Uint8Array<ArrayBuffer> }) => JSON.parse(new TextDecoder().decode(artifact.bytes()));

export const make = defineStage({
  name: "make",
  params: () => z.strictObject({ count: z.number().default(3) }),
  inputs: {},
  outputs: { number },
  run: ({ params }) => ({ number: bytes(params.count) }),
});

export const grow = defineStage({
  name: "grow",
  inputs: { number },
  outputs: { sum },
  run: ({ inputs }) => ({ sum: bytes(valueOf(inputs.number) + STEP) }),
});

export const total = defineFigure({
  name: "grown",
  title: "Grown",
  shownIn: ["summary", "compare"],
  from: "sum",
  ofRun: (run) => valueOf(run.artifact("sum")),
});
`;
const STEP = "export const STEP = 1;\n";
const EXPERIMENT = { uses: ["./mine.ts"], chain: ["make", "grow"], pipeline: {} };

interface Folder {
  path: string;
  write(name: string, content: string | object): void;
  run(...args: string[]): Promise<Outcome>;
}

async function inFolder(work: (folder: Folder) => Promise<void>): Promise<void> {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "retrace-uses-" }));
  const write = (name: string, content: string | object) =>
    Deno.writeTextFileSync(join(path, name), typeof content === "string" ? content : JSON.stringify(content));
  try {
    write("mine.ts", MINE);
    write("step.ts", STEP);
    write("first.json", EXPERIMENT);
    await work({ path, write, run: (...args) => outcomeOf(commandElsewhere(args), { NO_COLOR: "1" }, path) });
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

/** What a run says of its stages: { make: "run" }. */
function actionsIn({ stdout }: Outcome): Record<string, string> {
  return Object.fromEntries(
    [...stdout.matchAll(/^ {2}(make|grow) +(run|hit) /gm)].map(([, name, action]) => [name, action]),
  );
}

Deno.test("stages and a figure of a user's own run, are stored, shown, compared, and run again when their code is edited", async () => {
  await inFolder(async ({ path, write, run }) => {
    const first = await run("run", "first.json");
    assertEquals([first.code, first.stderr, actionsIn(first)], [0, "", { make: "run", grow: "run" }]);
    assertMatch(first.stdout, /grown +4/);
    assertEquals(actionsIn(await run("run", "first.json", "--results", "others")), { make: "hit", grow: "hit" });

    // Comments are free, also in a file that is imported; what is computed is not.
    write("step.ts", `// One.\n${STEP}`);
    write("mine.ts", `// Mine.\n${MINE}`);
    assertEquals(actionsIn(await run("run", "first.json")), { make: "hit", grow: "hit" });
    write("step.ts", STEP.replace("1", "2"));
    const edited = await run("run", "first.json", "--set", "make.count=3");
    assertEquals(actionsIn(edited), { make: "run", grow: "run" });
    assertStringIncludes(edited.stdout, "code: user:step.ts changed");
    assertMatch(edited.stdout, /grown +5/);

    const other = await run("run", "first.json", "--set", "make.count=7");
    assertEquals(actionsIn(other), { make: "run", grow: "run" });
    const compared = await run("compare", "first", "first@make.count=7");
    assertEquals(compared.code, 0);
    assertMatch(compared.stdout, /grown/);
    assertMatch(compared.stdout, /\b9\b/);
    const page = await run("report", "first", "first@make.count=7", "--out", "all.html");
    assertEquals([page.code, page.stderr], [0, ""]);
    assert(/\bgrown\b/.test(Deno.readTextFileSync(join(path, "all.html"))));

    // What was run can be run again from its results.
    const again = await run("run", "results/first/experiment.json", "--results", "others");
    assertEquals([again.code, actionsIn(again)], [0, { make: "hit", grow: "hit" }]);
  });
});

Deno.test("a project of a user's has the same keys wherever it lies, and an experiment uses what it extends", async () => {
  const keys: string[] = [];
  for (let i = 0; i < 2; i++) {
    await inFolder(async ({ path, write, run }) => {
      Deno.mkdirSync(join(path, "sub"));
      write("package.json", "{}");
      write("sub/second.json", { extends: "../first.json" });
      const { code, stdout, stderr } = await run("run", "sub/second.json", "--json");
      assertEquals([code, stderr], [0, ""]);
      keys.push(stdout.match(/"key":"\w+"/g)!.join());
    });
  }
  assertEquals(keys[0], keys[1]);
});

Deno.test("an edit to a part of the library that a stage does not use leaves its key", async () => {
  await inFolder(async ({ run, write }) => {
    const keyOf = async () => /"key":"(\w+)"/.exec((await run("run", "first.json", "--json")).stdout)![1];
    const before = await keyOf();
    write("mine.ts", MINE.replace("import { artifactKind,", "import { add, artifactKind,"));
    assertNotEquals(await keyOf(), before, "what it takes counts");
    const explained = await run("explain", "first.json", "--json");
    assert(!explained.stdout.includes("conv"), explained.stdout);
    write("mine.ts", MINE);
    const record = (await run("cache", "list", "--json")).stdout;
    assert(record.length > 0);
    assertEquals(await keyOf(), before);
  });
});

/** What a user can do wrong, and what is said of it: exit code, and the error. */
const MISTAKES: Record<string, [mine: string, code: number, error: RegExp]> = {
  "a syntax error": [MINE.replace('name: "make",', 'name: "make"'), 2, /^error: .*mine\.ts:11:3: Expected ','/],
  "a syntax error in what it imports": [
    `import "./broken.ts";\n${MINE}`,
    2,
    /mine\.ts:1 imports "\.\/broken\.ts".*broken\.ts:1/,
  ],
  "a name that is taken": [
    MINE.replace('"make"', '"train"'),
    2,
    /^error: mine\.ts defines "train", but Retrace has one of that name among its stages already\. Give it another name\.$/,
  ],
  "no definition": ["export const x = 1;\n", 2, /^error: mine\.ts is in "uses", but exports no definition\./],
  "no name": [MINE.replace('name: "make"', 'nam: "make"'), 2, /^error: mine\.ts exports one of stages without a name/],
  "a stage without outputs": [
    MINE.replace("outputs: { number }", "output: { number }"),
    2,
    /"make" has an unknown field "output"\. Did you mean "outputs"/,
  ],
  "an output that is no kind": [
    MINE.replace("outputs: { number }", 'outputs: { number: "json" as never }'),
    2,
    /"make" has "number" among its inputs or outputs, which is no kind/,
  ],
  "a schema in the place of params": [
    MINE.replace("() => z.strictObject", "z.strictObject"),
    2,
    /"make" has an object as "params", where a function was expected/,
  ],
  "a figure of an output that nothing puts out": [
    MINE.replace('from: "sum"', 'from: "smu"'),
    2,
    /"grown" is computed from "smu", which no stage outputs\./,
  ],
  "params that are no JSON": [
    MINE.replace("z.number().default(3)", "z.number().default(3).transform((n) => new Set([n]))"),
    2,
    /pipeline\.make: the stage's schema makes values of params that are not JSON/,
  ],
  "a schema that changes what it has made": [
    MINE.replace("z.number().default(3)", "z.number().default(3).transform((n) => n + 1)"),
    2,
    /pipeline\.make: the stage's schema changes params that it has made itself/,
  ],
  "the text of a file outside of the project": [
    `import hosts from "/etc/hosts" with { type: "text" };\nhosts;\n${MINE}`,
    2,
    /^error: Code of your own uses \/etc\/hosts, which is outside of its project/,
  ],
  "a name that is a path": [
    MINE.replace('"make"', '"../make"'),
    2,
    /"\.\.\/make" has a name that a folder of the cache cannot have/,
  ],
  "a figure of a reserved name": [
    MINE.replace('"grown"', '"epochs"'),
    2,
    /"epochs" has a name that metrics\.json uses itself/,
  ],
  "a figure that computes nothing": [
    MINE.replace("ofRun:", "final:"),
    2,
    /^error: mine\.ts: "grown" has an unknown field "final"\./,
  ],
  "an error while it is loaded": [`throw new Error("no data");\n${MINE}`, 2, /^error: mine\.ts:1:7: no data$/],
  "a name that a module does not have": [MINE.replaceAll("STEP", "NONE"), 2, /^error: mine\.ts:2:10: .*'NONE'$/],
  "a package that is not installed": [
    `import "npm:left-pad@1.3.0";\n${MINE}`,
    2,
    /^error: mine\.ts:1 imports "npm:left-pad@1\.3\.0", which is not installed\..*npm install --save-exact left-pad@1\.3\.0/,
  ],
  "a package without a version": [`import "npm:zod";\n${MINE}`, 2, /^error: mine\.ts:1 imports "npm:zod".*"npm:zod@\d/],
  "a package of another version than is installed": [
    `import "npm:zod@3.0.0";\n${MINE}`,
    2,
    /zod@3\.0\.0", which is not installed/,
  ],
  "a module on the web": [
    `import "https://example.com/a.ts";\n${MINE}`,
    2,
    /^error: mine\.ts:1 imports "https:.*Expected a file/,
  ],
  "code that is a string": [`eval("1");\n${MINE}`, 2, /^error: mine\.ts:1 runs code that is a string/],
  "an error in a stage": [
    MINE.replace("bytes(params.count)", "bytes((null as unknown as string[])[0])"),
    1,
    /^error: first, stage make: mine\.ts:14:\d+: TypeError: Cannot read properties of null \(reading '0'\)$/,
  ],
  "an output that was not declared": [
    MINE.replace("({ number: bytes", "({ count: bytes"),
    1,
    /^error: first, stage make: Stage make declares the outputs \[number\] but returned \[count\]\./,
  ],
  "no outputs": [
    MINE.replace(/\(\{ params \}\) => .*/, "() => undefined as never,"),
    1,
    /\[number\] but returned \[\]/,
  ],
  "an output that is no bytes": [
    MINE.replace("bytes(params.count)", "3 as never"),
    1,
    /returned a number for the output number of the kind number, where bytes/,
  ],
  "a file that it may not read": [
    MINE.replace("bytes(params.count)", 'Deno.readFileSync("/etc/hostname")'),
    1,
    /^error: first, stage make: Deno denied access: Requires read access to "\/etc\/hostname"/,
  ],
  "a file beside it that it does not declare": [
    MINE.replace("bytes(params.count)", 'Deno.readFileSync("step.ts")'),
    1,
    /Deno denied access: Requires read access/,
  ],
  "a host that it may not reach": [
    MINE.replace(
      "run: ({ params }) => ({ number: bytes(params.count) })",
      'run: async () => ({ number: bytes(await (await fetch("http://127.0.0.1:8123/")).text()) })',
    ),
    1,
    /^error: first, stage make: It may not reach 127\.0\.0\.1:8123\. Allow it: --allow-host 127\.0\.0\.1:8123$/,
  ],
  "native code": [MINE.replace("bytes(params.count)", 'bytes(Deno.dlopen("libc.so.6", {}))'), 1, /Requires ffi access/],
  "another program": [
    MINE.replace("bytes(params.count)", 'new Deno.Command("ls").outputSync().stdout'),
    1,
    /Requires run access/,
  ],
};

Deno.test("code of a user's own with a mistake is refused with one message, and nothing is lost", async (t) => {
  await inFolder(async ({ path, write, run }) => {
    write("broken.ts", "const = 1;\n");
    assertEquals((await run("run", "first.json")).code, 0);
    const results = Deno.readTextFileSync(join(path, "results/first/metrics.json"));
    for (const [what, [mine, code, error]] of Object.entries(MISTAKES)) {
      await t.step(what, async () => {
        write("mine.ts", mine);
        const outcome = await run("run", "first.json");
        const message = outcome.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("  "));
        assertEquals([outcome.code, message.length], [code, 1], outcome.stderr);
        assertMatch(outcome.stderr.trim(), error);
        assertEquals(Deno.readTextFileSync(join(path, "results/first/metrics.json")), results);
      });
    }
    write("mine.ts", MINE);
    assertEquals(actionsIn(await run("run", "first.json")), { make: "hit", grow: "hit" });
  });
});

Deno.test("a stage of a user's own may reach a host that --allow-host names, and declared files are part of its key", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("5"));
  try {
    await inFolder(async ({ write, run }) => {
      const address = `127.0.0.1:${server.addr.port}`;
      const reading = MINE.replace(
        'name: "make",',
        'name: "make",\n  source: import.meta.url,\n  files: ["./add.json"],',
      )
        .replace(
          "run: ({ params }) => ({ number: bytes(params.count) })",
          `async run() {
    const got = Number(await (await fetch("http://${address}/")).text());
    return { number: bytes(got + Number(Deno.readTextFileSync(new URL("./add.json", import.meta.url)))) };
  }`,
        );
      write("mine.ts", reading);
      write("add.json", "1");
      const denied = await run("run", "first.json");
      assertEquals(denied.code, 1);
      assertStringIncludes(denied.stderr, `--allow-host ${address}`);
      const allowed = await run("run", "first.json", "--allow-host", address);
      assertEquals([allowed.code, allowed.stderr], [0, ""]);
      assertMatch(allowed.stdout, /grown +7/);
      write("add.json", "2");
      const edited = await run("run", "first.json", "--allow-host", address);
      assertStringIncludes(edited.stdout, "code: user:add.json changed");
      assertMatch(edited.stdout, /grown +8/);
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("what is not known to be the same elsewhere is noted, and --force tells that a stage is not deterministic", async () => {
  await inFolder(async ({ write, run }) => {
    write("mine.ts", MINE.replace("bytes(params.count)", "bytes(params.count + Math.exp(Math.random()))"));
    const first = await run("run", "first.json");
    assertEquals(first.code, 0);
    assertMatch(
      first.stderr,
      /^note: not known to be reproducible on other machines: mine\.ts:14 uses Math\.exp, .*; mine\.ts:14 uses Math\.random/,
    );
    const forced = await run("run", "first.json", "--force", "make");
    assertEquals(forced.code, 0);
    assertStringIncludes(forced.stderr, 'Warning: make was forced to run and produced other bytes for "number"');
  });
});

Deno.test("a stage of a user's own that never ends is stopped within a second", async () => {
  await inFolder(async ({ path, write }) => {
    write(
      "mine.ts",
      MINE.replace("bytes(params.count)", "(() => { Deno.stdout.writeSync(bytes('begun')); for (;;); })()"),
    );
    const [program, ...args] = commandElsewhere(["run", "first.json"]);
    const child = new Deno.Command(program, { args, cwd: path, stdin: "null", stdout: "piped", stderr: "piped" })
      .spawn();
    let text = "";
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    // Until its first line is on the way; the stage follows.
    while (!text.includes("→")) text += (await reader.read()).value ?? "";
    const start = performance.now();
    child.kill("SIGINT");
    const { code } = await child.status;
    assertEquals(code, 130);
    assert(performance.now() - start < 5000);
    await reader.cancel();
    await child.stderr.cancel();
  });
});

Deno.test("a module that is a link is another one when the link is led elsewhere", async () => {
  await inFolder(async ({ path, write, run }) => {
    write("other.ts", MINE.replace("+ STEP", "+ STEP + 10"));
    Deno.renameSync(join(path, "mine.ts"), join(path, "own.ts"));
    Deno.symlinkSync("own.ts", join(path, "mine.ts"));
    // Files that are older than a moment, so that receipts rely on their status.
    for (const name of ["own.ts", "other.ts", "step.ts", "first.json"]) Deno.utimeSync(join(path, name), 1e9, 1e9);
    for (let i = 0; i < 3; i++) assertEquals((await run("run", "first.json")).code, 0);
    Deno.removeSync(join(path, "mine.ts"));
    Deno.symlinkSync("other.ts", join(path, "mine.ts"));
    assertMatch((await run("run", "first.json")).stdout, /grown +14/);
  });
});

Deno.test("finished runs are compared without definitions of modules that are broken by now, or clash", async () => {
  await inFolder(async ({ write, run }) => {
    write("other.ts", MINE);
    write("second.json", { ...EXPERIMENT, uses: ["./other.ts"] });
    for (const file of ["first.json", "second.json"]) assertEquals((await run("run", file)).code, 0);
    const clashing = await run("compare", "first", "second");
    assertEquals(clashing.code, 0);
    assertMatch(
      clashing.stderr,
      /^warning: other\.ts defines "\w+", but mine\.ts has one .*Its definitions are left out\.$/m,
    );
    write("mine.ts", "export const = 1;\n");
    const broken = await run("compare", "first", "second");
    assertEquals(broken.code, 0);
    assertMatch(broken.stderr, /^warning: mine\.ts.*Its definitions are left out\.$/m);
    assertMatch(broken.stdout, /grown/);
  });
});

Deno.test("code in a folder of results is not run by comparing", async () => {
  await inFolder(async ({ path, run }) => {
    assertEquals((await run("run", "first.json")).code, 0);
    const results = join(path, "results/first");
    Deno.writeTextFileSync(join(results, "evil.ts"), 'console.log("run"); throw new Error("run");');
    const experiment = JSON.parse(Deno.readTextFileSync(join(results, "experiment.json")));
    Deno.writeTextFileSync(join(results, "experiment.json"), JSON.stringify({ ...experiment, uses: ["./evil.ts"] }));
    Deno.removeSync(join(results, "run.json"));
    const { stdout, stderr } = await run("compare", "first");
    assert(!/\brun\b\n|Error: run/.test(stdout + stderr), stdout + stderr);
  });
});

Deno.test("an import map of the user's is not read, and a warning says so", async () => {
  await inFolder(async ({ write, run }) => {
    write("deno.json", { imports: { "step": "./step.ts" } });
    const { code, stderr } = await run("run", "first.json");
    assertEquals(code, 0);
    assertMatch(stderr, /deno\.json has an import map, which is not read/);
    write("mine.ts", MINE.replace("./step.ts", "step"));
    const refused = await run("run", "first.json");
    assertEquals(refused.code, 2);
    assertMatch(refused.stderr, /error: mine\.ts:2 imports "step"/);
  });
});
