/** What a source file's text means for keys: its significant text, what it imports and declares, and its problems. */
import { attempt } from "../files/entry.ts";
import { digestOfBytes } from "../store/digest.ts";
import { UNNOTICED } from "./code_loaders.ts";
import { significantText } from "./significant_text.ts";
import { noReferences, References, type SourceReferences } from "./source_references.ts";
import type { Node } from "./syntax_node.ts";

/** What is known about a source file from its text alone. Plain data. */
export interface SourceFacts extends SourceReferences {
  /** SHA-256 of the significant text. */
  readonly digest: string;
}

/** Words without which a file cannot load code that the module graph does not have. */
const LOADING = /\b(import|eval|Function|constructor|require|createRequire|getBuiltinModule|Worker|SharedWorker)\b|\\u/;

/** The facts about a source file. If `isExact`, comments and spacing count, too. */
export async function readSource(bytes: Uint8Array, language: Language, isExact: boolean): Promise<SourceFacts> {
  const raw = digestOfBytes(bytes);
  const text = attempt(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (text === null) return withProblem(raw, 1, `is not UTF-8 text, ${UNNOTICED} reliably. Save it as UTF-8.`);
  const parsed = await parseSource(text, language);
  if (parsed.message !== undefined) {
    // What Deno can run and this parser cannot read is followed by the module graph, except for these.
    // It may read the text of other files' functions.
    if (!LOADING.test(text)) return { ...noReferences(), readsText: true, digest: raw };
    return withProblem(raw, parsed.line, `cannot be checked, because it cannot be parsed: ${parsed.message}`);
  }
  const references = new References(parsed.program).all;
  const significant = isExact || parsed.hasErrors ? null : significantText(text, parsed.tokens);
  const digest = significant === null ? raw : digestOfBytes(new TextEncoder().encode(significant));
  return { ...references, digest };
}

/** Loads the parser, on first use: most runs find all files unchanged. */
export function loadParser(): Promise<typeof import("@babel/parser")> {
  return import("@babel/parser");
}

/** Which syntax a file has besides JavaScript's. */
export interface Language {
  readonly isTypeScript: boolean;
  readonly isJsx: boolean;
}

async function parseSource(text: string, { isTypeScript, isJsx }: Language) {
  const { parse } = await loadParser();
  try {
    const { program, tokens, errors } = parse(text, {
      sourceType: "module",
      tokens: true,
      errorRecovery: true,
      plugins: [
        ...(isTypeScript ? ["typescript" as const] : []),
        ...(isJsx ? ["jsx" as const] : []),
        "decorators",
        "decoratorAutoAccessors",
        "sourcePhaseImports",
        "deferredImportEvaluation",
      ],
    });
    // Comments are among the tokens; the type of any other is an object.
    const significant = tokens!.filter(({ type }) => typeof type !== "string");
    // It may break rules that Deno does not have.
    return { program: program as unknown as Node, tokens: significant, hasErrors: errors.length > 0 };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { loc, message } = error as SyntaxError & { loc?: { line: number } };
    return { line: loc?.line ?? 1, message };
  }
}

function withProblem(digest: string, line: number, what: string): SourceFacts {
  return { ...noReferences(), problems: [{ line, what }], digest };
}
