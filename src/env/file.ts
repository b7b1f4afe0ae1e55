import { type Document, isScalar, isSeq, parseDocument, stringify, YAMLSeq } from "yaml";
import { BrambleError } from "../errors.js";
import { readLock } from "./file-lock.js";
import type { LockFile } from "./manifest.js";
import { checkNodeRange } from "./node.js";
import { type Dependencies, packageText, parsePackage } from "./packages.js";

/** What an environment file says. */
export interface EnvironmentFile {
  readonly name: string | undefined;
  /** Version or range of Node, or "system". */
  readonly node: string | undefined;
  readonly dependencies: Dependencies;
  /** Exact versions for all platforms. */
  readonly lock: LockFile | undefined;
}

const KEYS = ["name", "node", "dependencies", "lock"];
const KEYS_OF_CONDA = ["channels", "prefix", "variables"];
/** A lock of a thousand packages takes half a megabyte. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Reads an environment file. Nothing in it is executed, and no package of this machine or of git can be named.
 *
 * @param source - where the text is from, for messages.
 * @throws {BrambleError} `INVALID_FILE`, with all that is wrong.
 */
export function parseEnvironmentFile(text: string, source: string): EnvironmentFile {
  const content = toObject(parse(text, source), source);
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof BrambleError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const unknown = Object.keys(content).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0)
    problems.push(
      `it has ${unknown.map((key) => JSON.stringify(key)).join(", ")}; known are ${KEYS.join(", ")}`,
    );
  const file = {
    name: attempt(() => optionalText(content["name"], "name")),
    node: attempt(() => readNode(content["node"])),
    dependencies: readDependencyList(content["dependencies"], problems),
    lock: attempt(() => readLock(content["lock"])),
  };
  if (problems.length > 0) throw broken(source, problems);
  return file;
}

/** The YAML document, with its comments. */
function parse(text: string, source: string): Document.Parsed {
  if (Buffer.byteLength(text) > MAX_BYTES) throw broken(source, ["it is larger than 32 MiB"]);
  const document = parseDocument(text, { uniqueKeys: true, version: "1.2", schema: "core" });
  // A warning is about a tag that YAML does not know: something that wants more than data.
  const problems = [...document.errors, ...document.warnings].map(
    ({ message }) => message.split("\n")[0] ?? "",
  );
  if (problems.length > 0) throw broken(source, problems);
  return document;
}

function toObject(document: Document.Parsed, source: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw broken(source, [error instanceof Error ? error.message : String(error)]);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw broken(source, [`it should have the keys ${KEYS.join(", ")}`]);
  if (isOfConda(content as Record<string, unknown>)) {
    throw new BrambleError(
      "INVALID_FILE",
      `${source} is an environment file of conda: its packages are Python's. One of Bramble has npm packages ` +
        "under `dependencies`, and no channels",
    );
  }
  return content as Record<string, unknown>;
}

function isOfConda(content: Record<string, unknown>): boolean {
  const list = content["dependencies"];
  const isPinned = (item: unknown) =>
    typeof item === "string"
      ? /^\w[\w.:-]* *[=<>]/.test(item)
      : typeof item === "object" && item !== null && "pip" in item;
  return KEYS_OF_CONDA.some((key) => key in content) || (Array.isArray(list) && list.some(isPinned));
}

function optionalText(value: unknown, key: string): string | undefined {
  if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
  throw new BrambleError("INVALID_FILE", `${key} should be text, not ${JSON.stringify(value)}`);
}

function readNode(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : optionalText(value, "node");
  return text === undefined ? undefined : checkNodeRange(text);
}

function readDependencyList(value: unknown, problems: string[]): Dependencies {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) {
    problems.push('dependencies should be a list, each item as "- name" or "- name@range"');
    return {};
  }
  const entries = value.flatMap((item: unknown): [string, string][] => {
    try {
      return [readDependency(item)];
    } catch (error) {
      if (!(error instanceof BrambleError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  return Object.fromEntries(entries);
}

function readDependency(item: unknown): [string, string] {
  if (typeof item !== "string")
    throw new BrambleError("INVALID_FILE", `${JSON.stringify(item)} under dependencies should be text`);
  const { name, range, isShareable } = parsePackage(item);
  if (isShareable && name !== undefined) return [name, range];
  throw new BrambleError(
    "INVALID_FILE",
    `${JSON.stringify(item)} is not fetched for a file: write name, name@range or name@https://…`,
  );
}

function broken(source: string, problems: readonly string[]): BrambleError {
  return new BrambleError("INVALID_FILE", `${source} is no environment file: ${problems.join("\n  ")}`);
}

/** The version or range of Node in a file that was read before. */
export function readNodeRange(text: string): string | undefined {
  const { node } = (parseDocument(text).toJS() ?? {}) as { node?: string | number | null };
  return node === undefined || node === null ? undefined : String(node);
}

/** The text of a new file. */
export function newFileText(node: string, dependencies: Dependencies): string {
  return stringify({ node, dependencies: texts(dependencies) }, { flowCollectionPadding: false });
}

/**
 * The text of a file, changed to say what is given and otherwise left as it is, comments and order included.
 *
 * @param text - of a file that was read before.
 */
export function updateFileText(
  text: string,
  changes: { name?: string; node?: string; dependencies?: Dependencies; lock?: LockFile | undefined },
): string {
  const document = parseDocument(text);
  if (changes.name !== undefined && document.get("name") !== changes.name) setName(document, changes.name);
  if (changes.node !== undefined && String(document.get("node")) !== changes.node)
    document.set("node", changes.node);
  if (changes.dependencies !== undefined) setDependencies(document, changes.dependencies);
  if ("lock" in changes) {
    if (changes.lock === undefined) document.delete("lock");
    else document.set("lock", document.createNode(changes.lock));
  }
  return document.toString({ lineWidth: 0 });
}

/** A name is the first thing that a file says. */
function setName(document: Document, name: string): void {
  if (document.has("name")) document.set("name", name);
  else {
    const { contents } = document as Document & { contents: { items: unknown[] } };
    contents.items.unshift(document.createPair("name", name));
  }
}

function setDependencies(document: Document, dependencies: Dependencies): void {
  const wanted = texts(dependencies);
  const present = document.get("dependencies");
  if (!isSeq(present)) {
    document.set("dependencies", document.createNode(wanted));
    return;
  }
  const kept = present.items.filter((item) => {
    const { name } = parsePackage(String(isScalar(item) ? item.value : item));
    if (name === undefined || dependencies[name] === undefined) return false;
    if (isScalar(item)) item.value = packageText(name, dependencies[name]);
    return true;
  });
  const written = kept.map((item) => String(isScalar(item) ? item.value : item));
  const added = wanted.filter((text) => !written.includes(text)).map((text) => document.createNode(text));
  present.items = [...kept, ...added];
  if (present instanceof YAMLSeq && present.items.length > 0) present.flow = false;
}

function texts(dependencies: Dependencies): string[] {
  return Object.entries(dependencies).map(([name, range]) => packageText(name, range));
}
