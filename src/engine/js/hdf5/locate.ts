import { BrambleError } from "../../../errors.js";
import { besideFile, type Library, type OpenFile } from "./library.js";
import { nearest } from "../../../nearest.js";

/** What a path in a file names. */
export type ObjectKind = "group" | "dataset" | "data type";

/** An object that was found. */
export interface Found {
  /** Its absolute path, links and all. */
  readonly name: string;
  readonly kind: ObjectKind;
}

/** What the library calls kinds; from 3 on they are links that lead nowhere. */
const KINDS = ["group", "dataset", "data type"] as const;
const BROKEN_SOFT_LINK = 3;

/** More links than this lead in a circle. */
const MOST_LINKS = 100;

/**
 * Goes down a path, name by name, so that an error can say where it ended.
 *
 * @throws {BrambleError} `PATH_NOT_FOUND`, with similar names.
 */
export function locate(library: Library, file: OpenFile, path: string): Found {
  let found: Found = { name: "/", kind: "group" };
  for (const part of partsOf(path)) {
    if (found.kind !== "group") throw wrongKind(file, found, "group");
    const name = join(found.name, part);
    found = { name, kind: kindOf(library, file, found.name, part) };
  }
  return found;
}

/** The error for an object of another kind than was needed. */
export function wrongKind(file: OpenFile, { name, kind }: Found, expected: string): BrambleError {
  return new BrambleError(
    "PATH_NOT_FOUND",
    `${JSON.stringify(name)} of ${file.path} is a ${kind}, expected a ${expected}`,
  );
}

/** The file in which an object really is, and its path there: external links lead elsewhere. */
export function home(library: Library, file: OpenFile, path: string): { file: OpenFile; name: string } {
  let place = { file, name: "/" };
  const parts = partsOf(path);
  for (let links = 0; parts.length > 0; ) {
    const name = join(place.name, parts.shift() ?? "");
    const target = library.module.get_symbolic_link(place.file.id, name) as string | null;
    const { filename, obj_path: elsewhere } = library.module.get_external_link(place.file.id, name);
    if (target === null && filename === undefined) {
      place = { ...place, name };
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new BrambleError("PATH_NOT_FOUND", `the links of ${path} lead in a circle`);
    parts.unshift(...partsOf(target ?? elsewhere));
    if (target === null)
      place = { file: library.file({ path: besideFile(place.file.path, filename) }), name: "/" };
    else if (target.startsWith("/")) place = { ...place, name: "/" };
  }
  return place;
}

function kindOf(library: Library, file: OpenFile, group: string, part: string): ObjectKind {
  const name = join(group, part);
  const type = library.module.get_type(file.id, name);
  library.problem();
  if (type < 0) throw missing(library, file, group, part);
  const kind = KINDS[type];
  if (kind !== undefined) return kind;
  const of = `the link ${JSON.stringify(name)} of ${file.path} leads to`;
  if (type === BROKEN_SOFT_LINK) {
    const target = library.module.get_symbolic_link(file.id, name);
    throw new BrambleError("PATH_NOT_FOUND", `${of} ${JSON.stringify(target)}, which does not exist`);
  }
  const { filename, obj_path: target } = library.module.get_external_link(file.id, name);
  throw new BrambleError(
    "PATH_NOT_FOUND",
    `${of} ${JSON.stringify(target)} of ${filename}, which cannot be opened`,
  );
}

function missing(library: Library, file: OpenFile, group: string, part: string): BrambleError {
  const names = nearest(part, library.module.get_names(file.id, group, false));
  const quoted = names.map((name) => JSON.stringify(name)).join(", ");
  const hint = names.length === 0 ? ", which is empty" : `; did you mean ${quoted}?`;
  return new BrambleError(
    "PATH_NOT_FOUND",
    `no ${JSON.stringify(part)} in ${JSON.stringify(group)} of ${file.path}${hint}`,
  );
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function join(group: string, part: string): string {
  return group === "/" ? `/${part}` : `${group}/${part}`;
}
