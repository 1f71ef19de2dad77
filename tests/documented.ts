/** The code and the commands in a document, as somebody would type them who follows it. */
import { dirname, join } from "node:path";

/** A step of a document: a file to write, an edit that holds for the next commands only, commands, or what they print. */
export type Step =
  | { kind: "file"; path: string; text: string }
  | { kind: "edit"; from: string; to: string }
  | { kind: "commands"; lines: string[] }
  | { kind: "output"; text: string };

/** The steps of a document, in order. Blocks of code without the name of a file in their first line are no steps. */
export function stepsIn(document: string): Step[] {
  return [...document.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, language, text]): Step[] => {
    if (language === "sh") return [{ kind: "commands", lines: text.trim().split("\n") }];
    if (language === "diff") {
      const lines = (sign: string) => text.split("\n").filter((line) => line[0] === sign).map((line) => line.slice(1));
      return [{ kind: "edit", from: lines("-").join("\n"), to: lines("+").join("\n") }];
    }
    if (language === "" && !text.startsWith("alias ")) return [{ kind: "output", text }];
    const [, path, rest] = /^\/\/ (\S+\.\w+)\n([\s\S]*)$/.exec(text) ?? [];
    // Of tables, the name is not part of the file; comments can be.
    return path === undefined ? [] : [{ kind: "file", path, text: language === "csv" ? rest : text }];
  });
}

/** Writes a file and the folder that it is in. */
export function writeFile(path: string, text: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, text);
}

/** Edits the file in which a text is, among these, and returns what undoes that. @throws Error unless there is one. */
export function editOne(folder: string, paths: readonly string[], from: string, to: string): () => void {
  const found = paths.map((path) => join(folder, path)).filter((path) => Deno.readTextFileSync(path).includes(from));
  if (found.length !== 1) throw new Error(`${found.length} files have ${JSON.stringify(from)}.`);
  const [path] = found;
  const text = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, text.replace(from, () => to));
  return () => Deno.writeTextFileSync(path, text);
}

/** A printed text in which times, dates, keys and the width of columns do not count. */
export function comparable(text: string): string {
  return text
    .replaceAll(/\d+(\.\d+)? m?s\b/g, "TIME")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, "DATE")
    .replaceAll(/key [0-9a-f]{10}/g, "KEY")
    .replaceAll(/Deno \d+\.\d+\.\d+/g, "DENO")
    .replaceAll(/[ \t]+/g, " ")
    .replaceAll(/^ /gm, "")
    .trim();
}
