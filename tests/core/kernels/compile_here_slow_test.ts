/** `deno task build:native`: a library that this computer's clang makes, on systems that no committed one is for. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { commandOf, mustBeDone, type Outcome, outcomeOf, PROJECT } from "../../pipeline/cli/retrace.ts";
import { copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset } from "../../small_dataset.ts";

const CLANG = "/usr/bin/clang-22";
const ignore = Deno.build.os !== "linux" || !existsSync(CLANG);
const WASM_INSTEAD = "WebAssembly computes instead: the same bits, more slowly.\n";

/** A copy of the project, and what can be done in it. */
interface Copy extends Disposable {
  path(name: string): string;
  /** The task, with the permissions that deno.json gives it and the programs of a folder. */
  build(programs: Record<string, string>, ...args: string[]): Promise<Outcome>;
  /** The same, started by another program. */
  buildBy(starter: string[], programs: Record<string, string>, ...args: string[]): Promise<Outcome>;
  /** Runs a small experiment, and says what computed. */
  run(...args: string[]): Promise<Outcome & { kernels?: string; threads?: number }>;
}

/** @param isSupported Whether there are committed libraries for this system. */
function makeCopy(isSupported: boolean): Copy {
  const small = makeSmallDataset({ epochs: 1 });
  const project = small.path("project");
  Deno.mkdirSync(project);
  copyProject(project);
  const path = (name: string) => join(project, name);
  for (const { name } of Deno.readDirSync(path("core/kernels/built"))) {
    if (name.includes("local")) Deno.removeSync(path(`core/kernels/built/${name}`));
  }
  if (!isSupported) edit(path("core/kernels/native.ts"), 'Deno.build.os === "linux"', 'Deno.build.os === "darwin"');
  let count = 0;
  const buildBy: Copy["buildBy"] = async (starter, programs, ...args) => {
    const folder = small.path(`bin${++count}`);
    Deno.mkdirSync(folder);
    for (const [name, script] of Object.entries(programs)) {
      Deno.writeTextFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const { tasks } = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json")));
    const [, ...words] = tasks["build:native"].command.split(" ");
    return await outcomeOf([...starter, Deno.execPath(), ...words, ...args], { PATH: folder }, project);
  };
  return {
    path,
    build: (programs, ...args) => buildBy([], programs, ...args),
    buildBy,
    async run(...args) {
      const folders = ["--results", small.path(`r${++count}`), "--cache", small.path(`c${count}`)];
      const outcome = await outcomeOf(commandOf(["run", small.config, "--quiet", ...folders, ...args]), {}, project);
      if (outcome.code !== 0) return outcome;
      const { kernels, threads } = JSON.parse(Deno.readTextFileSync(small.path(`r${count}/small/run.json`)));
      return { ...outcome, kernels, threads };
    },
    [Symbol.dispose]: () => small[Symbol.dispose](),
  };
}

/** The real compiler, which finds its linker. */
const REAL = `PATH='${Deno.env.get("PATH")}' exec ${CLANG} "$@"`;

Deno.test("where there is no committed library, one that was compiled here computes", { ignore }, async () => {
  using copy = makeCopy(false);
  const { kernels, stderr } = await copy.run();
  assertEquals({ kernels, stderr }, { kernels: "wasm", stderr: "" });
  const refused = await copy.run("--kernels", "native");
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, `There are no native kernels for ${Deno.build.target}. To compile them here: `);

  const built = await copy.build({ clang: REAL });
  mustBeDone(built);
  assertMatch(built.stdout, /^core\/kernels\/built\/kernels\.local\.so: \d+ bytes, by [^\n]*clang version [^\n]*\.\n$/);
  for (const args of [[], ["--kernels", "native", "--threads", "2"]]) {
    const { kernels, stderr } = await copy.run(...args);
    assertEquals({ kernels, stderr }, { kernels: "native local", stderr: "" });
  }

  const digests = copy.path("core/kernels/built/digests.json");
  const before = Deno.readTextFileSync(digests);
  Deno.writeTextFileSync(digests, before.replace(/"sources": "../, '"sources": "xx'));
  const outdated = await copy.run();
  assertEquals(outdated.kernels, "wasm");
  assertMatch(
    outdated.stderr,
    /^warning: .*kernels\.local\.so was compiled from other sources .*deno task build:native/,
  );
  assert(outdated.stderr.endsWith(WASM_INSTEAD), outdated.stderr);

  Deno.writeTextFileSync(digests, before);
  Deno.truncateSync(copy.path("core/kernels/built/kernels.local.so"), 20_000);
  const damaged = await copy.run();
  assertEquals(damaged.kernels, "wasm");
  assertMatch(damaged.stderr, /^warning: .*kernels\.local\.so is damaged: its SHA-256 is not the one in local\.json/);

  mustBeDone(await copy.build({}, "--remove"));
  const removed = await copy.run();
  assertEquals([removed.kernels, removed.stderr], ["wasm", ""]);
});

Deno.test("where there is a committed library, one that was compiled here computes only with --prefer", {
  ignore,
}, async () => {
  using copy = makeCopy(true);
  const built = await copy.build({ clang: REAL });
  mustBeDone(built);
  assertMatch(
    built.stdout,
    /^[^\n]*\nIt is not used here, where there is kernels\.[^ ]+\.so, unless --prefer is given\.\n$/,
  );
  assertMatch((await copy.run()).kernels!, /^native (x86-64-v[234]|aarch64)$/);
  const preferred = await copy.build({ clang: REAL }, "--prefer");
  mustBeDone(preferred);
  assertMatch(preferred.stdout, /^[^\n]*\n$/);
  assertEquals((await copy.run()).kernels, "native local");
});

Deno.test("a library has no threads where the system is not Linux", { ignore }, async () => {
  using copy = makeCopy(false);
  mustBeDone(await copy.build({ clang: REAL.replace('"$@"', '"$@" -U__linux__') }));
  const { kernels, threads, stderr } = await copy.run("--threads", "2");
  const warning = "warning: --threads 2 was requested, but 1 will compute.\n";
  assertEquals({ kernels, threads, stderr }, { kernels: "native local", threads: 1, stderr: warning });
});

Deno.test("build:native says why there is no library, and leaves none", { ignore }, async () => {
  using copy = makeCopy(true);
  const mustFail = async (programs: Record<string, string>, expected: RegExp) => {
    const { code, stdout, stderr } = await copy.build(programs);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, expected);
    const left = [...Deno.readDirSync(copy.path("core/kernels/built"))].filter(({ name }) => name.includes("local"));
    assertEquals(left, []);
  };
  await mustFail({}, /^error: There is no clang in PATH\. Install version 17 or later [^\n]*\n$/);
  await mustFail({ cc: "echo cc (Debian 12.2.0-14) 12.2.0" }, /^error: There is no clang in PATH\./);
  const old =
    'case "$1" in --version) echo clang version 16.0.6;; *) echo "x.c:1: error: unknown builtin"; exit 1;; esac';
  await mustFail(
    { "clang": old },
    /^error: No clang here compiles the kernels\. clang \(clang version 16\.0\.6\): x\.c:1: error: unknown builtin\n$/,
  );
  const linking =
    'case "$1" in --version) echo clang version 19;; *) echo "x.c:1: warning: old\n  x = 1;\n1 warning generated.\nld: x: ' +
    'Permission denied\nclang: error: linker command failed with exit code 1 (use -v to see invocation)"; exit 1;; esac';
  await mustFail(
    { clang: linking },
    /^error: No clang here compiles the kernels\. clang \(clang version 19\): ld: x: Permission denied\n$/,
  );
  await mustFail(
    { clang: "echo clang version 19" },
    /^error: Expected clang version 19 to write [^\n]*kernels\.local\.so, found no file\. [^\n]*\n$/,
  );
  // A compiler that fuses a product and a sum makes other bits.
  const fusing = REAL.replace('"$@"', '"$@" -ffp-contract=fast');
  await mustFail({ clang: fusing }, /^error: [^\n]*kernels\.local\.so computes other bits than the plain kernels do/);
  edit(copy.path("core/kernels/c/sums.h"), "return ((s0 + s1) + s2) + s3;", "return (s0 + s1) + (s2 + s3);");
  await mustFail({ clang: REAL }, /^error: core\/kernels\/c\/ has changed since its WebAssembly was built\. /);
});

/** Starts a program without what root has over other users: it may not use what permissions keep its owner from. */
const UNPRIVILEGED = Deno.uid() === 0 ? ["/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];

Deno.test("build:native says in a sentence what is wrong with the files in built/", { ignore }, async () => {
  using copy = makeCopy(true);
  const folder = copy.path("core/kernels/built");
  const digests = join(folder, "digests.json");
  const intact = Deno.readTextFileSync(digests);
  const before = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const mustSay = async (args: string[], expected: RegExp) => {
    const { code, stdout, stderr } = await copy.build({ clang: REAL }, ...args);
    assertEquals([code, stdout], [1, ""], stderr);
    assertMatch(stderr, /^error: [^\n]+\.\n$/);
    assertMatch(stderr, expected);
  };

  for (const text of ["null", "{", "{}"]) {
    Deno.writeTextFileSync(digests, text);
    await mustSay([], /built\/digests\.json, found .*: git checkout core\/kernels\/built\.$/m);
  }
  Deno.removeSync(digests);
  await mustSay([], /built\/digests\.json, found no such file\./);
  Deno.writeTextFileSync(digests, intact);

  for (const name of ["local.json", "kernels.local.so"]) {
    Deno.mkdirSync(join(folder, name, "x"), { recursive: true });
    for (const args of [[], ["--remove"]]) await mustSay(args, new RegExp(`${name.replaceAll(".", "\\.")}'`));
    Deno.removeSync(join(folder, name), { recursive: true });
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), before);
  }

  mustBeDone(await copy.build({ clang: REAL }));
  for (const mode of [0o500, 0o000]) {
    Deno.chmodSync(folder, mode);
    try {
      for (const args of [[], ["--remove"]]) {
        const { code, stdout, stderr } = await copy.buildBy(UNPRIVILEGED, { clang: REAL }, ...args);
        assertEquals([code, stdout], [1, ""], stderr);
        assertMatch(stderr, /^error: [^\n]*[Pp]ermission denied[^\n]*\n$/);
      }
    } finally {
      Deno.chmodSync(folder, 0o700);
    }
  }
  assertEquals([...Deno.readDirSync(folder)].length, before.length + 2);
});

Deno.test("several build:native at once all succeed, and one that fails leaves what the others made", {
  ignore,
}, async () => {
  using copy = makeCopy(false);
  const slow = `PATH='${Deno.env.get("PATH")}'; ${CLANG} "$@"; sleep 0.5`;
  for (const outcome of await Promise.all([1, 2, 3].map(() => copy.build({ clang: slow })))) mustBeDone(outcome);
  const failed = await copy.build({ clang: REAL.replace('"$@"', '"$@" -ffp-contract=fast') });
  assertEquals(failed.code, 1);
  const left = [...Deno.readDirSync(copy.path("core/kernels/built"))].map(({ name }) => name);
  assertEquals(left.filter((name) => name.includes("local")).sort(), ["kernels.local.so", "local.json"]);
  assertEquals((await copy.run()).kernels, "native local");
});

Deno.test("build:native compiles nothing when its arguments are not its own", { ignore }, async () => {
  using copy = makeCopy(true);
  const help = await copy.build({ clang: REAL }, "--help");
  mustBeDone(help);
  assertMatch(help.stdout, /^Usage: deno task build:native \[--prefer \| --remove\]\n([^\n]+\n){1,2}$/);
  for (const args of [["--foo"], ["now"], ["--prefer", "x"], ["--prefer", "--remove"]]) {
    const { code, stdout, stderr } = await copy.build({ clang: REAL }, ...args);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^error: Expected --prefer[^\n]*, found [^\n]*\n$/);
  }
  assert(!existsSync(copy.path("core/kernels/built/kernels.local.so")));
});
