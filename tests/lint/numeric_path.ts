/**
 * A plugin for `deno lint` that keeps everything out of the numeric path whose result depends on the engine, the machine
 * or the day. It looks at the folders where numbers are made; other files may do as they like.
 */
import { relative, resolve, sep } from "node:path";
import { EXACT_MATH } from "../../pipeline/engine/keys/inexact_uses.ts";
import { isValue, type Use, usesOf } from "./references.ts";

const root = resolve(import.meta.dirname!, "../..");
const numericFolders = ["core", "pipeline/classifier", "pipeline/formats"];
/** Where numbers are put into words: the tables of a run are the same bytes everywhere as well. */
const wordFolders = [...numericFolders, "pipeline/results", "pipeline/compare", "pipeline/charts"];

/** The members of Math whose results the ECMAScript standard fixes to the last bit. */
const exactMath = new Set([
  ...EXACT_MATH,
  ...["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"],
]);

/** The members of Web Crypto and `node:crypto` that give the same bytes for the same input. */
const exactCrypto = new Set(["createHash", "createHmac", "getHashes", "hash", "subtle", "timingSafeEqual"]);

/** The names under which the global object goes. */
const globalNames = new Set(["globalThis", "self", "window", "global"]);

const useGenerator = "Draw from a Generator with a seed (core/random/generator.ts).";
const useNoClock =
  "A result must be the same on any day: leave time to the command line, which shows it and stores none.";

/** What a rule refuses: a member of a global object (null: the object handed on), with what to do instead. */
type Refusal = (global: string, member: string | null) => { message: string; hint: string } | null;

const refuseMath: Refusal = (global, member) => {
  if (global !== "Math" || member === "random" || (member !== null && exactMath.has(member))) return null;
  if (member === null) {
    return {
      message: "`Math` handed on: it cannot be seen which of its functions are called.",
      hint: "Name the function, as in `Math.sqrt(x)`.",
    };
  }
  return {
    message: `\`Math.${member}\` gives other bits on other engines: the standard leaves its precision open.`,
    hint:
      "Use expF32 and logF32 of core/kernels/plain_math.ts, or write it with + - * / alone, as core/random/log1p.ts.",
  };
};

const refuseRandom: Refusal = (global, member) => {
  if (global === "Math" && member === "random") {
    return { message: "`Math.random` cannot be seeded: no run could be repeated.", hint: useGenerator };
  }
  if (global !== "crypto" || (member !== null && exactCrypto.has(member))) return null;
  const name = member === null ? "`crypto` handed on: it" : `\`crypto.${member}\``;
  return { message: `${name} may give other bytes in every run.`, hint: useGenerator };
};

const refuseClock: Refusal = (global) => {
  if (!["Date", "performance", "Temporal"].includes(global)) return null;
  return { message: `\`${global}\` depends on when the program runs.`, hint: useNoClock };
};

/** Modules that bring in by an import what a rule refuses as a global. */
function refuseImport(node: Deno.lint.ImportDeclaration, refuse: Refusal): ReturnType<Refusal> {
  const module = node.source.value.replace(/^node:/, "");
  if (module === "perf_hooks") return refuse("performance", null);
  if (module !== "crypto" || node.importKind === "type") return null;
  for (const specifier of node.specifiers) {
    const imported = specifier.type === "ImportSpecifier" ? specifier.imported : null;
    const member = imported === null ? null : imported.type === "Identifier" ? imported.name : imported.value;
    const refusal = refuse("crypto", member);
    if (refusal) return refusal;
  }
  return null;
}

function rule(refuse: Refusal): Deno.lint.Rule {
  return {
    create(context) {
      if (!isNumeric(context.filename)) return {};
      // The linter visits the identifier in `{ Math }` twice, as the key and as the value.
      const reported = new Set<number>();
      const check = (global: string, uses: Use[]) => {
        for (const { member, node } of uses) {
          const refusal = refuse(global, member);
          if (!refusal || reported.has(node.range[0])) continue;
          reported.add(node.range[0]);
          context.report({ node, ...refusal });
        }
      };
      return {
        Identifier(node) {
          if (!isValue(node)) return;
          if (!globalNames.has(node.name)) return check(node.name, usesOf(node));
          for (const use of usesOf(node)) {
            if (use.member === null) continue;
            const reached = use.node.type === "MemberExpression" ? usesOf(use.node) : [{ ...use, member: null }];
            check(use.member, reached);
          }
        },
        ImportDeclaration(node) {
          const refusal = refuseImport(node, refuse);
          if (refusal) context.report({ node, ...refusal });
        },
      };
    },
  };
}

/** The operator `**` has Math.pow's freedom: V8 gives other bits where it works the power out while compiling. */
const noPower: Deno.lint.Rule = {
  create(context) {
    if (!isNumeric(context.filename)) return {};
    const report = (node: Deno.lint.Node) =>
      context.report({
        node,
        message: "`**` gives other bits on other engines: the standard leaves its precision open.",
        hint: "Write the product, `Math.sqrt`, or a power of two as a literal or a quotient of exact numbers.",
      });
    return {
      "BinaryExpression[operator='**']": report,
      "AssignmentExpression[operator='**=']": report,
    };
  },
};

/** Methods whose result depends on the machine's language. */
const localeMethods = new Set([
  ...["toLocaleString", "toLocaleDateString", "toLocaleTimeString", "toLocaleUpperCase", "toLocaleLowerCase"],
  "localeCompare",
]);

/** Texts that depend on the machine's language: `0.5.toLocaleString()` is "0,5" on some. */
const noLocale: Deno.lint.Rule = {
  create(context) {
    if (!isIn(wordFolders, context.filename)) return {};
    const report = (node: Deno.lint.Node, name: string) =>
      context.report({
        node,
        message: `\`${name}\` depends on the language of the machine.`,
        hint: "Use String(x), toPrecision, toFixed, or < and > on strings: they are the same everywhere.",
      });
    return {
      MemberExpression(node) {
        const { property } = node;
        const name = property.type === "Identifier" && !node.computed
          ? property.name
          : property.type === "Literal"
          ? String(property.value)
          : "";
        if (localeMethods.has(name)) report(node, name);
      },
      Identifier(node) {
        if (node.name === "Intl" && isValue(node)) report(node, "Intl");
      },
    };
  },
};

function isNumeric(filename: string): boolean {
  return isIn(numericFolders, filename);
}

function isIn(folders: readonly string[], filename: string): boolean {
  const path = relative(root, resolve(root, filename)).replaceAll(sep, "/");
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

const plugin: Deno.lint.Plugin = {
  name: "numeric-path",
  rules: {
    "exact-math": rule(refuseMath),
    "no-power": noPower,
    "seeded-random": rule(refuseRandom),
    "no-clock": rule(refuseClock),
    "no-locale": noLocale,
  },
};
export default plugin;
