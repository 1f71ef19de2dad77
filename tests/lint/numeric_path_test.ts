import { assertEquals, assertStringIncludes } from "@std/assert";
import plugin from "./numeric_path.ts";

/** The rules that find something in a file of the numeric path, in the order of the findings. */
function found(source: string, file = "core/example.ts"): string[] {
  return Deno.lint.runPlugin(plugin, file, source)
    .toSorted((a, b) => a.range[0] - b.range[0])
    .map(({ id }) => id.replace("numeric-path/", ""));
}

function assertFound(rule: string, sources: string[]): void {
  for (const source of sources) assertEquals(found(source), [rule], source);
}

const inexact =
  "exp log log1p log2 log10 expm1 sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh pow cbrt";

Deno.test("exact-math finds each function of Math whose precision is open", () => {
  for (const name of [...inexact.split(" "), "hypot"]) assertFound("exact-math", [`export const y = Math.${name}(2);`]);
});

Deno.test("exact-math finds a function when it is reached in another way", () => {
  assertFound("exact-math", [
    `const y = Math["exp"](1);`,
    "const y = Math[`exp`](1);",
    `const y = [1].map(Math.exp);`,
    `const { exp } = Math;`,
    `const { exp: e } = Math;`,
    `const { sqrt, exp = null } = Math;`,
    `let exp; ({ exp } = Math);`,
    `function f({ exp } = Math) {}`,
    `const y = Math?.exp(1);`,
    `const y = (Math as any).exp(1);`,
    `const y = Math!.exp(1);`,
    `const y = globalThis.Math.exp(1);`,
    `const y = globalThis["Math"].exp(1);`,
    `const { exp } = globalThis.Math;`,
  ]);
});

Deno.test("exact-math finds Math itself when it is handed on", () => {
  assertFound("exact-math", [
    `const m = Math;`,
    `const { ...m } = Math;`,
    `use(Math);`,
    `const tools = { Math };`,
    `const tools = { m: Math };`,
    `const y = Math[name](1);`,
    `const { Math: m } = globalThis;`,
    `const { Math } = globalThis;`,
    `export default Math;`,
  ]);
});

Deno.test("exact-math lets functions and constants pass that are exact", () => {
  const exact = "abs ceil clz32 floor fround imul max min round sign sqrt trunc PI SQRT2 LN2".split(" ");
  assertEquals(found(exact.map((name) => `use(Math.${name});`).join("\n")), []);
  assertEquals(found(`const { sqrt, PI: pi } = Math; const f = Math.fround; (Math as any).sqrt(2);`), []);
});

Deno.test("exact-math lets names pass that only look like Math", () => {
  assertEquals(
    found(`import { Math as M } from "./m.ts"; type T = typeof Math; const o = { Math: 1, exp: 2 }; o.Math;`),
    [],
  );
  assertEquals(found(`class A { Math = 1; exp() {} }; // Math.exp\n const s = "Math.exp(1)";`), []);
});

Deno.test("no-power finds the operator ** in every form", () => {
  assertFound("no-power", [`const y = x ** 2;`, `const y = 2 ** 10;`, `x **= 2;`, `const y = 2 ** -23 as number;`]);
  assertEquals(found(`const y = x * x; /** a comment */`), []);
});

Deno.test("seeded-random finds every source of numbers that cannot be repeated", () => {
  assertFound("seeded-random", [
    `const y = Math.random();`,
    `const { random } = Math;`,
    `crypto.getRandomValues(a);`,
    `const id = crypto.randomUUID();`,
    `const { randomUUID } = crypto;`,
    `const id = globalThis.crypto.randomUUID();`,
    `const c = crypto;`,
    `import { randomBytes } from "node:crypto";`,
    `import { webcrypto } from "crypto";`,
    `import * as c from "node:crypto";`,
  ]);
});

Deno.test("seeded-random lets hashing pass", () => {
  assertEquals(
    found(`import { createHash } from "node:crypto"; createHash("sha256"); crypto.subtle.digest("SHA-256", a);`),
    [],
  );
});

Deno.test("no-clock finds every way to ask for the time", () => {
  assertFound("no-clock", [
    `const t = Date.now();`,
    `const t = new Date();`,
    `const t = new globalThis.Date();`,
    `const { now } = Date;`,
    `const D = Date;`,
    `const t = performance.now();`,
    `const { performance: p } = globalThis;`,
    `const t = Temporal.Now.instant();`,
    `import { performance } from "node:perf_hooks";`,
  ]);
  assertEquals(found(`type When = Date; const row = { Date: 1 }; row.Date;`), []);
});

Deno.test("no-locale finds every text that depends on the machine's language", () => {
  assertFound("no-locale", [
    `const t = x.toLocaleString();`,
    `const t = x["toLocaleString"]("en");`,
    `const t = x?.toLocaleUpperCase();`,
    `names.sort((a, b) => a.localeCompare(b));`,
    `const f = new Intl.NumberFormat("en");`,
    `const { NumberFormat } = Intl;`,
    `const d = day.toLocaleDateString();`,
  ]);
  assertEquals(found(`x.toString(); x.toFixed(2); x.toPrecision(3); const o = { Intl: 1 }; o.Intl; names.sort();`), []);
  assertEquals(found(`x.toLocaleString();`, "pipeline/results/tables.ts"), ["no-locale"]);
  assertEquals(found(`x.toLocaleString();`, "pipeline/text/numbers.ts"), []);
});

Deno.test("all rules look at the folders where numbers are made and at no other", () => {
  const source = `use(Math.exp(1), 2 ** 3, Math.random(), Date.now(), x.toLocaleString());`;
  const all = ["exact-math", "no-power", "seeded-random", "no-clock", "no-locale"];
  for (
    const file of [
      "core/a.ts",
      "core/ops/a.ts",
      "pipeline/classifier/stages/a.ts",
      "pipeline/formats/a.ts",
      `${import.meta.dirname}/../../core/a.ts`,
    ]
  ) {
    assertEquals(found(source, file), all, file);
  }
  for (const file of ["pipeline/engine/run/runner.ts", "pipeline/cli/a.ts", "tests/core/a.ts", "bench/core/a.ts"]) {
    assertEquals(found(source, file), [], file);
  }
});

Deno.test("a finding says what is wrong and what to use instead", () => {
  const [finding] = Deno.lint.runPlugin(plugin, "core/a.ts", `Math.exp(1);`);
  assertStringIncludes(finding.message, "`Math.exp` gives other bits");
  assertStringIncludes(finding.hint!, "expF32");
  assertEquals(finding.range, [0, 8]);
});
