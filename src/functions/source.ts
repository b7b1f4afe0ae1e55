import type { AnyNode, Class, Function as FunctionNode, FunctionExpression, Options } from "acorn";
import { late } from "./late.js";
import { Walk } from "./walk.js";

/** Names that the code of a function that travels has instead of what it was written with. */
export const STAND_IN = { heritage: "$bramble_heritage", meta: "$bramble_meta" } as const;

/** What the source of a function says. */
export interface SourceAnalysis {
  /** An expression that evaluates to the function. */
  readonly code: string;
  readonly isClass: boolean;
  /** Whether a class extends something. */
  readonly hasHeritage: boolean;
  /** Whether instances have #private members. */
  readonly hasPrivateState: boolean;
  /** Whether it uses `import.meta`. */
  readonly hasMeta: boolean;
  readonly walk: Walk;
}

const OPTIONS: Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  // What an arrow takes from around it is a matter of the walk, which says it better.
  allowSuperOutsideMethod: true,
  allowAwaitOutsideFunction: false,
  allowReturnOutsideFunction: true,
};

/**
 * In how many ways the text of a function can be part of an expression. It stands in a function, since an arrow
 * may use what only functions have.
 */
const SHAPES = [
  { before: "(function(){return(", after: ")})", find: (node: AnyNode) => node },
  { before: "(function(){return({", after: "})})", find: methodOfObject },
  { before: "(function(){return(class{", after: "})})", find: methodOfClass },
] as const;

const known = new Map<string, SourceAnalysis | undefined>();
/** Functions are made in loops more often than they are written. */
const MAX_KNOWN = 1000;

/** Reads the text of a function; undefined if it is no JavaScript, as of built-in ones. */
export function analyse(text: string): SourceAnalysis | undefined {
  if (known.has(text)) return known.get(text);
  const analysis = analyseText(text);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, analysis);
  return analysis;
}

function analyseText(text: string): SourceAnalysis | undefined {
  for (const { before, after, find } of SHAPES) {
    const node = parseExpression(before + text + after);
    const found = node && find(node);
    if (!found) continue;
    return found.type === "ClassExpression"
      ? analyseClass(found, text, before.length)
      : analyseFunction(found as FunctionNode, text, before.length);
  }
  return undefined;
}

/** Sloppy code may say what strict code may not, so both are tried. */
function parseExpression(text: string): AnyNode | undefined {
  for (const sourceType of ["module", "script"] as const) {
    try {
      const [outer] = late.acorn.parse(text, { ...OPTIONS, sourceType }).body;
      const isCall = outer?.type === "ExpressionStatement" && outer.expression.type === "FunctionExpression";
      const [inner] = isCall ? (outer.expression as FunctionExpression).body.body : [];
      return inner?.type === "ReturnStatement" ? (inner.argument ?? undefined) : undefined;
    } catch {
      // The next shape, or none, will do.
    }
  }
  return undefined;
}

function methodOfObject(node: AnyNode): AnyNode | undefined {
  if (node.type !== "ObjectExpression") return undefined;
  const [property] = node.properties;
  return property?.type === "Property" && (property.method || property.kind !== "init")
    ? property.value
    : undefined;
}

function methodOfClass(node: AnyNode): AnyNode | undefined {
  if (node.type !== "ClassExpression") return undefined;
  const [member] = node.body.body;
  return member?.type === "MethodDefinition" ? member.value : undefined;
}

function analyseFunction(node: FunctionNode, text: string, offset: number): SourceAnalysis {
  const walk = new Walk();
  walk.fn(node, undefined, { hasThis: false, hasSuper: false });
  const isMethod = node.start > offset;
  const edits: Edit[] = walk.metas.map(({ start, end }) => ({ start, end, text: STAND_IN.meta }));
  // A method begins with its name, which may be computed; any other name will do.
  const kind = `${node.async ? "async " : ""}${node.generator ? "*" : ""}method`;
  if (isMethod) edits.push({ start: offset, end: node.start, text: kind });
  const code = edit(text, offset, edits);
  return {
    code: isMethod ? `({${code}}).method` : code,
    isClass: false,
    hasHeritage: false,
    hasPrivateState: false,
    hasMeta: walk.metas.length > 0,
    walk,
  };
}

function analyseClass(node: Class, text: string, offset: number): SourceAnalysis {
  const walk = new Walk();
  const { superClass } = node;
  const members = node.body.body;
  const isPrivate = (member: (typeof members)[number]): boolean =>
    member.type !== "StaticBlock" && member.key.type === "PrivateIdentifier";
  const isStatic = (member: (typeof members)[number]): boolean =>
    member.type === "StaticBlock" || member.static;
  // What static fields hold travels as it is now. Private ones only the class can make again.
  const remakesStatics = members.some((member) => isPrivate(member) && isStatic(member));
  const dropped = remakesStatics
    ? []
    : members.filter(
        (member) => member.type === "StaticBlock" || (member.type === "PropertyDefinition" && member.static),
      );
  const kept = {
    ...node,
    body: { ...node.body, body: members.filter((member) => !dropped.includes(member)) },
  };
  const hasHeritage = superClass !== null && superClass !== undefined && !isNull(superClass);
  walk.cls(kept, undefined, { hasThis: false, hasSuper: false }, false);
  const edits: Edit[] = [
    ...walk.metas.map(({ start, end }) => ({ start, end, text: STAND_IN.meta })),
    ...dropped.map(({ start, end }) => ({ start, end, text: ";" })),
  ];
  if (hasHeritage) edits.push({ start: superClass.start, end: superClass.end, text: STAND_IN.heritage });
  return {
    code: edit(text, offset, edits),
    isClass: true,
    hasHeritage,
    hasPrivateState: members.some((member) => isPrivate(member) && !isStatic(member)),
    hasMeta: walk.metas.length > 0,
    walk,
  };
}

function isNull(node: AnyNode): boolean {
  return node.type === "Literal" && node.value === null;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replaces parts of a text, whose positions are counted from `offset`. */
function edit(text: string, offset: number, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start - offset) + replacement;
    at = end - offset;
  }
  return result + text.slice(at);
}
