import type { AnyNode, Class, Function as FunctionNode, MetaProperty, Pattern } from "acorn";
import {
  childNodes,
  functionNames,
  isDeclared,
  isFunction,
  lexicalNames,
  namesInPattern,
  type Scope,
  scopeIn,
  varNames,
} from "./scopes.js";

/** What of the function around it a node can mean: inside a function of its own kind these are its own. */
interface Owner {
  readonly hasThis: boolean;
  readonly hasSuper: boolean;
}

/** Something of the function around that no scope holds. */
export type Outer = "this" | "super" | "arguments" | "new.target";

/** What a function's source uses of its surroundings. */
export class Walk {
  /** Names that it reads or writes and does not declare, in the order of the source. */
  readonly free = new Set<string>();
  /** Those that it assigns to. */
  readonly written = new Set<string>();
  /** Those that are needed at once, when a class is made. */
  readonly eager = new Set<string>();
  /** For each free name the properties that are read of it, as long as nothing else is done with it. */
  readonly members = new Map<string, Set<string> | undefined>();
  /** What it takes from the function around it. */
  readonly outer = new Set<Outer>();
  /** Every `import.meta`. */
  readonly metas: MetaProperty[] = [];
  /** Whether `eval` is called, which may use any name. */
  hasEval = false;
  #isEager = false;

  /** Walks a function that stands by itself. */
  fn(node: FunctionNode, scope: Scope | undefined, owner: Owner): void {
    const isArrow = (node as AnyNode).type === "ArrowFunctionExpression";
    const own = scopeIn(scope, functionNames(node));
    if (!isArrow) own.names.add("arguments");
    // The name of a function expression is its own; that of a declaration was declared around it.
    if (node.id && (node as AnyNode).type === "FunctionExpression") own.names.add(node.id.name);
    const inner = isArrow ? owner : { hasThis: true, hasSuper: owner.hasSuper };
    for (const param of node.params) this.#visit(param, own, inner);
    const body: AnyNode = node.body;
    if (body.type === "BlockStatement") this.#visitAll(body.body, own, inner);
    else this.#visit(body, own, inner);
  }

  /** Walks a class; `withHeritage` is false where the class it extends is known by other means. */
  cls(node: Class, scope: Scope | undefined, owner: Owner, withHeritage = true): void {
    const own = scopeIn(scope, node.id ? [node.id.name] : []);
    if (withHeritage && node.superClass) this.#visit(node.superClass, own, owner);
    const member: Owner = { hasThis: true, hasSuper: true };
    for (const element of node.body.body) {
      if (element.type === "StaticBlock") {
        const names = [...lexicalNames(element.body), ...varNames(element.body), "arguments"];
        this.#eagerly(() => this.#visitAll(element.body, scopeIn(own, names), member));
        continue;
      }
      if (element.computed) this.#eagerly(() => this.#visit(element.key, own, owner));
      const { value } = element;
      if (!value) continue;
      if (element.type === "MethodDefinition") this.fn(element.value, own, member);
      else if (element.static) this.#eagerly(() => this.#visit(value, own, member));
      else this.#visit(value, own, member);
    }
  }

  #eagerly(walk: () => void): void {
    const before = this.#isEager;
    this.#isEager = true;
    walk();
    this.#isEager = before;
  }

  #visitAll(nodes: readonly AnyNode[], scope: Scope, owner: Owner): void {
    for (const node of nodes) this.#visit(node, scope, owner);
  }

  #visit(node: AnyNode, scope: Scope, owner: Owner): void {
    if (isFunction(node))
      return this.fn(node as FunctionNode, scope, { ...owner, hasSuper: keepsSuper(node, owner) });
    switch (node.type) {
      case "Identifier":
        return this.#use(node.name, scope, owner);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.cls(node, scope, owner);
      case "ThisExpression":
        if (!owner.hasThis) this.outer.add("this");
        return;
      case "Super":
        if (!owner.hasSuper) this.outer.add("super");
        return;
      case "MetaProperty":
        return this.#meta(node, owner);
      case "MemberExpression":
        return this.#member(node, scope, owner);
      case "Property":
        return this.#property(node, scope, owner);
      case "AssignmentExpression":
        this.#write(node.left, scope);
        break;
      case "UpdateExpression":
        this.#write(node.argument, scope);
        break;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval") {
          this.hasEval ||= !isDeclared("eval", scope);
        }
        break;
      case "LabeledStatement":
        return this.#visit(node.body, scope, owner);
      case "BreakStatement":
      case "ContinueStatement":
        return;
      default:
    }
    this.#visitAll(childNodes(node), this.#scopeOf(node, scope), owner);
  }

  /** The scope of what is in a node: a new one in a block. */
  #scopeOf(node: AnyNode, scope: Scope): Scope {
    switch (node.type) {
      case "BlockStatement":
        return scopeIn(scope, lexicalNames(node.body));
      case "ForStatement":
        return scopeIn(scope, node.init ? lexicalNames([node.init]) : []);
      case "ForInStatement":
      case "ForOfStatement":
        if (node.left.type !== "VariableDeclaration") this.#write(node.left, scope);
        return scopeIn(scope, lexicalNames([node.left]));
      case "SwitchStatement":
        return scopeIn(scope, lexicalNames(node.cases.flatMap(({ consequent }) => consequent)));
      case "CatchClause":
        return scopeIn(scope, namesInPattern(node.param ?? null));
      default:
        return scope;
    }
  }

  #meta(node: MetaProperty, owner: Owner): void {
    if (node.meta.name === "import") this.metas.push(node);
    else if (!owner.hasThis) this.outer.add("new.target");
  }

  #member(node: AnyNode & { type: "MemberExpression" }, scope: Scope, owner: Owner): void {
    const { object, property } = node;
    if (object.type === "Identifier" && !node.computed && property.type === "Identifier") {
      this.#use(object.name, scope, owner, property.name);
      return;
    }
    this.#visit(object, scope, owner);
    if (node.computed) this.#visit(property, scope, owner);
  }

  #property(node: AnyNode & { type: "Property" }, scope: Scope, owner: Owner): void {
    if (node.computed) this.#visit(node.key, scope, owner);
    const value: AnyNode = node.value;
    const isMethod = node.method || node.kind !== "init";
    if (isMethod) this.fn(value as FunctionNode, scope, { hasThis: true, hasSuper: true });
    else this.#visit(value, scope, owner);
  }

  #use(name: string, scope: Scope, owner: Owner, member?: string): void {
    if (isDeclared(name, scope)) return;
    if (name === "arguments") {
      if (!owner.hasThis) this.outer.add("arguments");
      return;
    }
    this.free.add(name);
    if (this.#isEager) this.eager.add(name);
    const members = this.members.has(name) ? this.members.get(name) : new Set<string>();
    if (member !== undefined) members?.add(member);
    this.members.set(name, member === undefined ? undefined : members);
  }

  /** Notes the names that an assignment gives a new value. */
  #write(target: Pattern | AnyNode, scope: Scope): void {
    for (const name of namesInPattern(target)) if (!isDeclared(name, scope)) this.written.add(name);
  }
}

/** `super` of an object's method is that of the arrows in it, and of no other function in it. */
function keepsSuper(node: AnyNode, owner: Owner): boolean {
  return node.type === "ArrowFunctionExpression" && owner.hasSuper;
}
