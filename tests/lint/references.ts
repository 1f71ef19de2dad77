/**
 * How a file uses a global object: which of its members it names, also where the object is reached through `globalThis`,
 * taken apart, or hidden behind `as`.
 */
type Node = Deno.lint.Node;

/** A use of a global: the member's name, or null when the object itself goes somewhere and the member cannot be seen. */
export interface Use {
  readonly member: string | null;
  readonly node: Node;
}

/** True when an identifier stands for a value here: no property name, no type, no name in an import. */
export function isValue(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as Node;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "Property":
      if (parent.parent.type === "ObjectPattern") return parent.computed && same(parent.key, node);
      return parent.computed || parent.shorthand || !same(parent.key, node);
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.computed || !same(parent.key, node);
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return false;
    default:
      return isCast(parent) || !parent.type.startsWith("TS");
  }
}

/** The uses of the object that an expression gives. */
export function usesOf(node: Node): Use[] {
  const parent = (node as { parent: Node }).parent;
  if (isCast(parent)) return usesOf(parent);
  if (parent.type === "MemberExpression" && same(parent.object, node)) {
    return [{ member: nameOf(parent.property, parent.computed), node: parent }];
  }
  if (parent.type === "VariableDeclarator" && parent.id.type === "ObjectPattern") return takenOut(parent.id);
  if (parent.type === "AssignmentExpression" && same(parent.right, node) && parent.left.type === "ObjectPattern") {
    return takenOut(parent.left);
  }
  if (parent.type === "AssignmentPattern" && same(parent.right, node) && parent.left.type === "ObjectPattern") {
    return takenOut(parent.left);
  }
  return [{ member: null, node }];
}

function takenOut(pattern: Deno.lint.ObjectPattern): Use[] {
  return pattern.properties.map((property) => ({
    member: property.type === "Property" ? nameOf(property.key, property.computed) : null,
    node: property,
  }));
}

/** A member's name where it stands in the source; null where it is worked out. */
function nameOf(key: Node | Deno.lint.PrivateIdentifier, computed: boolean): string | null {
  if (key.type === "Identifier" && !computed) return key.name;
  if (key.type === "Literal" && typeof key.value === "string") return key.value;
  if (key.type === "TemplateLiteral" && key.expressions.length === 0) return key.quasis[0].cooked;
  return null;
}

function isCast(node: Node): boolean {
  return ["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "TSTypeAssertion"].includes(node.type);
}

/** Compares places: the linter makes a new object each time a property of a node is read. */
function same(a: Node | Deno.lint.PrivateIdentifier, b: Node): boolean {
  return a.type === b.type && a.range[0] === b.range[0] && a.range[1] === b.range[1];
}
