import { bad, type Finding, good, warning } from "./finding.js";

/** The oldest C library that Node itself runs with. */
const OLDEST_GLIBC = [2, 28];
/** As `engines` in package.json says. */
const OLDEST_NODE = [20, 19];

/** The C library, by its version; undefined where it is another than glibc. */
export function checkGlibc(version: string | undefined): Finding {
  if (version === undefined) {
    return bad(
      "C library",
      "no glibc: musl, as in Alpine, or no Linux",
      "Use a system with glibc, such as Raspberry Pi OS or Debian; elsewhere the JS engine computes, slowly",
    );
  }
  if (isAtLeast(version, OLDEST_GLIBC)) return good("C library", `glibc ${version}`);
  return bad(
    "C library",
    `glibc ${version} is older than ${OLDEST_GLIBC.join(".")}`,
    "Update the system: Raspberry Pi OS bullseye or newer has it",
  );
}

/** Node, by its version without the `v`. */
export function checkNode(version: string): Finding {
  if (isAtLeast(version, OLDEST_NODE)) return good("Node", version);
  return warning(
    "Node",
    `${version} is older than ${OLDEST_NODE.join(".")}`,
    "Install a newer one, or give the project one of its own: bramble env create --name NAME --node 22",
  );
}

/** The addon: the error that it did not load with. */
export function checkEngine(problem: string | undefined): Finding {
  if (problem === undefined) return good("engine", "native");
  return bad("engine", "the native engine does not load", problem);
}

/** The key of the cluster: its fingerprint, or the error that it was not found with. */
export function checkKey(key: { readonly fingerprint: string } | { readonly problem: string }): Finding {
  if ("fingerprint" in key) return good("cluster key", key.fingerprint);
  const isMissing = key.problem.startsWith("there is no");
  return isMissing
    ? warning(
        "cluster key",
        "none yet",
        "`bramble scheduler` makes one; `bramble key copy HOST` gives it to others",
      )
    : bad("cluster key", "it can't be used", key.problem);
}

function isAtLeast(version: string, [major = 0, minor = 0]: readonly number[]): boolean {
  const [itsMajor = 0, itsMinor = 0] = version.split(".").map(Number);
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}
