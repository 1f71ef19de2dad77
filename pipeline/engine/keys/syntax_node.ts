/** Nodes of a syntax tree, and what they mean. */

/** A node of the syntax tree. */
export interface Node {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number } };
  // deno-lint-ignore no-explicit-any -- each type of node has other fields.
  readonly [field: string]: any;
}

const WRAPPERS = ["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "ParenthesizedExpression"];

/** The names that a statement at the top of a module defines: imports, functions, classes, simple variables. */
export function namesOf(statement: Node): string[] {
  const { type, specifiers = [], declarations = [], declaration } = statement;
  if (statement.declare === true || statement.importKind === "type") return [];
  if (type === "ImportDeclaration") return specifiers.map(({ local }: Node) => local.name);
  if (type.startsWith("Export")) return declaration ? namesOf(declaration) : [];
  if (type === "VariableDeclaration") return declarations.flatMap(({ id }: Node) => nameOf(id) ?? []);
  return /^(Function|Class|TSEnum)Declaration$/.test(type) ? [nameOf(statement.id) ?? ""] : [];
}

/** The names that an import, or an export of what another module has, takes from it; null for all. Types do not count. */
export function importedNames({ specifiers }: Node): string[] | null {
  if (specifiers === undefined) return null;
  const values: Node[] = specifiers.filter((one: Node) => one.importKind !== "type" && one.exportKind !== "type");
  const names = values.map((one) => nameOf(one.type === "ImportSpecifier" ? one.imported : one.local));
  return values.every(({ type }) => /^(Import|Export)Specifier$/.test(type)) ? names as string[] : null;
}

/** False for names that are no expressions: keys, labels, names that are imported or exported. */
export function isReference(node: Node, parent: Node | null): boolean {
  if (parent === null) return false;
  if (/^(Import|Export).*Specifier$/.test(parent.type)) {
    return parent.local === node && parent.type === "ExportSpecifier";
  }
  const isKey = parent.key === node && parent.computed !== true && parent.value !== node;
  const isLabel = parent.label === node || parent.type === "TSEnumMember";
  const isMember = parent.property === node && parent.computed !== true;
  return !isKey && !isLabel && !isMember && parent.id !== node;
}

/** True if attributes make an import text or bytes instead of a module. */
export function isData(attributes: readonly Node[] = []): boolean {
  return attributes.some(({ value }) => value.value !== "json");
}

/** The value of a string, also of a template without expressions; null for anything else. */
export function literal(node: Node | undefined): string | null {
  const bare = unwrapped(node);
  if (bare?.type === "StringLiteral") return bare.value;
  return bare?.type === "TemplateLiteral" && bare.quasis.length === 1 ? bare.quasis[0].value.cooked : null;
}

/** The expression itself, without the types and parentheses around it. */
export function unwrapped(node: Node | undefined): Node | undefined {
  return node !== undefined && WRAPPERS.includes(node.type) ? unwrapped(node.expression) : node;
}

/** The name that an identifier or a string is; null for anything else. */
export function nameOf(node: Node | null | undefined): string | null {
  return node?.type === "Identifier" ? node.name : node?.type === "StringLiteral" ? node.value : null;
}

/** The name of the member that an expression accesses; null if it is computed. */
export function nameIn({ computed, property }: Node): string | null {
  return computed ? literal(property) : nameOf(property);
}

/** True for `import.meta`. */
export function isMeta(node: Node): boolean {
  return node.type === "MetaProperty" && node.meta.name === "import";
}

/** True for `import.meta.url`. */
export function isMetaUrl(node: Node | undefined): node is Node {
  return node?.type === "MemberExpression" && isMeta(node.object) && nameIn(node) === "url";
}
