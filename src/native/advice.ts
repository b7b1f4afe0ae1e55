import { is32On64, type Machine, PLATFORMS, platformOf, refusalOf } from "./platforms.js";

/** What the folder of packages that holds this one looks like. */
export interface Installation {
  /** Whether this is a checkout, where binaries are built. */
  readonly isCheckout: boolean;
  /** Names of the packages that stand beside this one. */
  readonly neighbours: readonly string[];
  /** The text of the project's lock file; undefined if it has none. */
  readonly lock: string | undefined;
  /** Where that is. */
  readonly lockPath: string;
  /** What was installed: `bramble`, `bramble-core`. */
  readonly packageName: string;
}

/** What somebody can do where no binary was found or none loads. */
export function advice(machine: Machine, installation: Installation): string {
  const refusal = refusalOf(machine);
  if (refusal !== undefined) return refusal;
  if (installation.isCheckout) return "Run `npm run build` to make one.";
  return [reinstall(machine, installation), ...aboutWidth(machine)].join("\n");
}

function reinstall(machine: Machine, { neighbours, lock, lockPath, packageName }: Installation): string {
  const platform = platformOf(machine)?.name ?? "";
  const others = PLATFORMS.map(({ name }) => name).filter((name) => name !== platform);
  const has = (names: readonly string[], name: string): boolean =>
    names.some((candidate) => candidate.startsWith("bramble-") && candidate.endsWith(name));
  const copied = others.find((name) => has(neighbours, name));
  if (copied !== undefined && !has(neighbours, platform))
    return `What is installed is for ${copied}, as if node_modules came from another machine: delete node_modules, and run \`npm install\` here.`;
  const locked = lockedPackages(lock);
  if (locked.length > 0 && !has(locked, platform))
    return (
      `${lockPath} was made on another machine and leaves out the package for ${platform}, a known fault of npm ` +
      `(npm/cli#4828): delete it and node_modules, and run \`npm install\` again.`
    );
  if (has(neighbours, platform)) return `Delete node_modules, and run \`npm install\` again.`;
  return (
    "Binaries are optional dependencies. Run `npm install --include=optional` again; for another machine, " +
    `\`npm install --os=linux --cpu=${machine.arch} --libc=glibc ${packageName}\`.`
  );
}

/** Names of our packages for platforms in a lock file. */
function lockedPackages(lock: string | undefined): string[] {
  const found = lock?.matchAll(/"(?:[^"]*\/)?node_modules\/(bramble-(?:\w+-)?linux-[\w-]+)"/g) ?? [];
  return [...found].map(([, name = ""]) => name);
}

function aboutWidth(machine: Machine): string[] {
  if (!is32On64(machine)) return [];
  return [
    "What counts is the Node that runs, not the kernel: packages that a 64-bit Node installed do not serve this one.",
  ];
}
