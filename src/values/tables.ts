import { type ArrivedModule, loadModule } from "../functions/load.js";
import { type Loading, ModuleSource } from "../functions/modules.js";
import type { Origin } from "./context.js";
import { type Plain, readPlain } from "./plain.js";
import { Reader } from "./reader.js";
import type { Place } from "./views.js";
import type { Encoded } from "./wire.js";

/** What stands beside a value. */
export interface Tables {
  readonly places: readonly Place[];
  readonly modules: readonly ArrivedModule[];
  readonly functions: readonly Origin[];
}

/** Reads the tables behind a value. */
export function readTables({ head }: Encoded): Tables {
  const reader = new Reader(head).footer();
  const places = readPlain(reader) as readonly Place[];
  readPlain(reader); // Identities count in hashes only.
  const modules = readPlain(reader) as readonly (readonly Plain[])[];
  const functions = readPlain(reader) as readonly Origin[];
  return { places, modules: modules.map(arrivedModule), functions };
}

/**
 * Loads the modules that a value refers to.
 *
 * @returns undefined if all are there, which is so for values without functions.
 */
export function loadModules({ modules }: Tables): Promise<void> | undefined {
  const missing = modules.map(loadModule).filter((promise) => promise !== undefined);
  return missing.length === 0 ? undefined : Promise.all(missing).then(() => undefined);
}

function arrivedModule([specifier, parent, loading, type, file]: readonly Plain[]): ArrivedModule {
  const source = new ModuleSource(
    specifier as string,
    parent as string | null,
    loading as Loading,
    type as string | null,
  );
  return { source, file: file as string | null };
}
