/** What a parsed source file refers to: imports, files that it declares and reads, and what cannot be followed. */
import {
  type CodeProblem,
  harmlessIn,
  isMemberAccess,
  problemOfGlobal,
  problemOfMember,
  problemOfPattern,
  UNNOTICED,
} from "./code_loaders.ts";
import { inexactUse } from "./inexact_uses.ts";
import {
  importedNames,
  isData,
  isMeta,
  isMetaUrl,
  isReference,
  literal,
  nameIn,
  nameOf,
  namesOf,
  type Node,
  unwrapped,
} from "./syntax_node.ts";

/** Something that a source file names, relative to itself, and the line, counted from 1. */
export interface NamedFile {
  readonly specifier: string;
  readonly line: number;
}

/** An import. */
export interface ImportedNames extends NamedFile {
  /** As text or bytes, so every byte of the file counts. */
  readonly isData: boolean;
  /** The names that it takes. Null: all, or unknown. */
  readonly names: readonly string[] | null;
}

/** What a source file refers to. Plain data. */
export interface SourceReferences {
  /** Imports at run time, and exports of what another module has. */
  readonly imports: ImportedNames[];
  /** Files of packages: `import.meta.resolve("package/file")`. */
  readonly packageFiles: NamedFile[];
  /** Files that may be read: `new URL("./file", import.meta.url)`. */
  readonly reads: NamedFile[];
  /** Files that definitions declare: `files: ["./file"]`; or, if there need not be one, `optionalFiles: ["./file"]`. */
  readonly declared: (NamedFile & { readonly isOptional: boolean })[];
  readonly problems: CodeProblem[];
  /** What gives other numbers on other machines: continues "FILE:LINE uses …". */
  readonly inexact: CodeProblem[];
  /** Whether it reads the text of functions or positions in the code, so comments and spacing count. */
  readsText: boolean;
}

/** Those of a file that refers to nothing. */
export function noReferences(): SourceReferences {
  return { imports: [], packageFiles: [], reads: [], declared: [], problems: [], inexact: [], readsText: false };
}

/** Fields and nodes that only types consist of. */
const TYPE_FIELDS = [
  "typeAnnotation",
  "returnType",
  "typeParameters",
  "typeArguments",
  "superTypeArguments",
  "implements",
];
const TYPE_NODES = ["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "TSDeclareFunction", "TSDeclareMethod"];
/** Members that contain the text of code or positions in it. */
const TEXT_MEMBERS = ["toString", "stack", "toSource", "prepareStackTrace", "captureStackTrace"];

/** Collects what a program refers to. */
export class References {
  /** Everything that was found. */
  readonly all: SourceReferences = noReferences();
  /** Names that the module itself defines, which are therefore not the global ones. */
  readonly #own: Set<string>;
  /** Uses of `import.meta` that are followed. */
  readonly #followed = new Set<Node>();
  /** Uses of names that otherwise load or run code. */
  readonly #harmless = new Set<Node>();

  constructor(program: Node) {
    this.#own = new Set(program.body.flatMap(namesOf));
    this.#visit(program, null);
  }

  #visit(node: Node, parent: Node | null): void {
    if (TYPE_NODES.includes(node.type) || node.declare === true) return;
    this.#inspect(node, parent);
    for (const [field, value] of Object.entries(node)) {
      if (TYPE_FIELDS.includes(field) || field.endsWith("Comments")) continue;
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child?.type === "string") this.#visit(child, node);
      }
    }
  }

  #inspect(node: Node, parent: Node | null): void {
    const inexact = inexactUse(node, (name) => this.#own.has(name));
    if (inexact !== null) this.all.inexact.push({ line: node.loc.start.line, what: inexact });
    switch (node.type) {
      case "ImportDeclaration":
        if (node.importKind !== "type") this.#import(node, node.source, isData(node.attributes));
        break;
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
        if (node.source && node.exportKind !== "type") this.#import(node, node.source, isData(node.attributes));
        break;
      case "ImportExpression":
        // Attributes that are computed could be any.
        this.#import(node, node.source, node.options != null);
        break;
      case "TSExternalModuleReference":
        this.#problem(node, `requires a module, ${UNNOTICED}. Use import.`);
        break;
      case "ObjectExpression":
        this.#definition(node);
        break;
      case "NewExpression":
        this.#newUrl(node);
        break;
      case "CallExpression":
        this.#resolve(node);
        break;
      case "MemberExpression":
        if (isMeta(node.object) && nameIn(node) === "main") this.#followed.add(node.object);
        break;
      case "ObjectPattern":
        this.#pattern(node);
        break;
      case "StringLiteral":
        if (TEXT_MEMBERS.includes(node.value)) this.all.readsText = true;
        break;
      case "MetaProperty":
        if (node.meta.name === "import" && !this.#followed.has(node)) this.#meta(node, parent!);
        break;
    }
    this.#names(node, parent);
  }

  #import(node: Node, source: Node, isData: boolean): void {
    const specifier = literal(source);
    if (specifier !== null) {
      this.all.imports.push({ specifier, line: node.loc.start.line, isData, names: importedNames(node) });
    } else this.#problem(node, `imports a module whose name is computed, ${UNNOTICED}. Write its name as a string.`);
  }

  /** `{ source: import.meta.url, files: ["./table.json"] }`. */
  #definition({ properties }: Node): void {
    const valueOf = (name: string) => properties.find((one: Node) => !one.computed && nameOf(one.key) === name)?.value;
    const source = unwrapped(valueOf("source"));
    if (!isMetaUrl(source)) return;
    this.#followed.add(source.object);
    for (const field of ["files", "optionalFiles"]) {
      const files = unwrapped(valueOf(field));
      if (files?.type !== "ArrayExpression") continue;
      const isOptional = field === "optionalFiles";
      for (const one of files.elements as (Node | null)[]) {
        const specifier = one && literal(one);
        const advice = `Write the names in \`${field}\` as strings.`;
        if (specifier === null) this.#problem(files, `declares a file whose name is computed. ${advice}`);
        else this.all.declared.push({ specifier, line: one!.loc.start.line, isOptional });
      }
    }
  }

  /** `new URL("./table.json", import.meta.url)`. */
  #newUrl({ callee, arguments: args, loc }: Node): void {
    if (nameOf(callee) !== "URL" || !isMetaUrl(args[1])) return;
    const specifier = literal(args[0]);
    if (specifier === null) return;
    this.#followed.add(args[1].object);
    this.all.reads.push({ specifier, line: loc.start.line });
  }

  /** `import.meta.resolve("package/file")`. */
  #resolve({ callee, arguments: args, loc }: Node): void {
    if (callee.type !== "MemberExpression" || !isMeta(callee.object) || nameIn(callee) !== "resolve") return;
    const specifier = args.length === 1 ? literal(args[0]) : null;
    // Only a package: any other file could be edited.
    if (specifier === null || !/^(@[\w.~-]+\/)?[\w~-][\w.~-]*\//.test(specifier)) return;
    this.#followed.add(callee.object);
    this.all.packageFiles.push({ specifier, line: loc.start.line });
  }

  #meta(node: Node, parent: Node): void {
    const member = parent.type === "MemberExpression" && nameIn(parent) !== null ? `.${nameIn(parent)}` : "";
    this.#problem(
      node,
      `uses import.meta${member}, with which it can read files whose edits would not change the stage's key. Import ` +
        'the file, or declare it next to `source: import.meta.url` as `files: ["./FILE"]` and read ' +
        'new URL("./FILE", import.meta.url).',
    );
  }

  /** Names of what loads or runs code by itself, and of what contains the text of code. */
  #names(node: Node, parent: Node | null): void {
    for (const one of harmlessIn(node)) this.#harmless.add(one);
    const args: Node[] = parent?.callee === node ? parent.arguments : [];
    let problem = null;
    if (isMemberAccess(node)) {
      const name = nameIn(node) ?? "";
      // Numbers have a radix: `byte.toString(16)`.
      if (TEXT_MEMBERS.includes(name) && !(name === "toString" && args.length > 0)) this.all.readsText = true;
      problem = problemOfMember(node, args);
    } else if (node.type === "Identifier" && isReference(node, parent) && !this.#own.has(node.name)) {
      problem = problemOfGlobal(node.name);
    }
    if (problem !== null && !this.#harmless.has(node)) this.#problem(node, problem);
  }

  /** `const { stack } = error`, `const { eval: run } = globalThis`. */
  #pattern(node: Node): void {
    for (const name of node.properties.map(({ key }: Node) => nameOf(key) ?? "")) {
      if (TEXT_MEMBERS.includes(name)) this.all.readsText = true;
      const problem = problemOfPattern(name);
      if (problem !== null) this.#problem(node, problem);
    }
  }

  #problem({ loc }: Node, what: string): void {
    this.all.problems.push({ line: loc.start.line, what });
  }
}
