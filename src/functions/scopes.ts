import type { AnyNode, Function as FunctionNode, Node, Pattern, Statement } from "acorn";

/** The names that a block or a function declares. */
export interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | undefined;
}

/** A scope within another. */
export function scopeIn(parent: Scope | undefined, names: Iterable<string> = []): Scope {
  return { names: new Set(names), parent };
}

/** Whether a name is declared here or around. */
export function isDeclared(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

/** The names that a pattern binds: `{ a, b: [c = 1, ...d] }` binds a, c and d. */
export function namesInPattern(pattern: Pattern | AnyNode | null): string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesInPattern(property.type === "RestElement" ? property.argument : property.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap(namesInPattern);
    case "RestElement":
      return namesInPattern(pattern.argument);
    case "AssignmentPattern":
      return namesInPattern(pattern.left);
    default:
      return [];
  }
}

/** The names that are bound for a whole block: `let`, `const`, classes and functions. */
export function lexicalNames(statements: readonly (Statement | AnyNode)[]): string[] {
  return statements.flatMap((statement) => {
    switch (statement.type) {
      case "VariableDeclaration":
        return statement.declarations.flatMap(({ id }) => namesInPattern(id));
      case "FunctionDeclaration":
      case "ClassDeclaration":
        // Only `export default` leaves it out, and no function holds that.
        return statement.id === null ? [] : [statement.id.name];
      default:
        return [];
    }
  });
}

/** The names that are bound for a whole function: parameters, and `var` at any depth of its own blocks. */
export function functionNames(fn: FunctionNode): string[] {
  const statements = fn.body.type === "BlockStatement" ? fn.body.body : [];
  return [...fn.params.flatMap(namesInPattern), ...lexicalNames(statements), ...varNames(statements)];
}

/** The names that `var` binds, at any depth of blocks. */
export function varNames(statements: readonly (Statement | AnyNode)[]): string[] {
  return statements.flatMap((statement) => {
    if (statement.type === "VariableDeclaration" && statement.kind === "var") {
      return statement.declarations.flatMap(({ id }) => namesInPattern(id));
    }
    const isElsewhere = isFunction(statement) || statement.type.startsWith("Class");
    return isElsewhere ? [] : varNames(childNodes(statement));
  });
}

/** Whether a node is a function. */
export function isFunction(node: AnyNode): boolean {
  return /^(Arrow)?Function/.test(node.type);
}

/** The nodes right below a node, in the order of the source. */
export function childNodes(node: Node): AnyNode[] {
  return Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string"
  );
}
