// How the process of each contestant is started.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";

const folder = join(root, "bench", "contestants");

/** Contestants in the order of the table's columns, by the names that workloads give them. */
export const CONTESTANTS = {
  bramble: "Bramble",
  single: "1 thread",
  js: "JS path",
  dask: "Dask",
  numpy: "NumPy",
  polars: "Polars",
  nodejs: "nodejs-polars",
  numpyts: "numpy-ts",
  arquero: "arquero",
  plain: "h5wasm, JS",
};

/**
 * @param {{ limits: string, peers: object }} means the path of `bramble-limits`, and what `preparePeers` found
 */
export function programs({ limits, peers }) {
  const node = (file, ...words) => ({ command: process.execPath, args: [join(folder, file), ...words] });
  const python = (file, ...words) => ({
    command: peers.python,
    args: ["-s", join(folder, file), ...words],
    env: peers.env,
  });
  return {
    /** Programs that do nothing, whose memory is that of the language. */
    bare: { node: node("bare.mjs"), ...(peers.python && { python: python("bare.py") }) },
    /** A limit of the machine. */
    limit: (words) => ({ command: limits, args: words }),
    /** A contestant at a workload. */
    contestant: (name, workload, given) => {
      const words = [workload, JSON.stringify({ ...given, cores: availableParallelism() })];
      const start = {
        bramble: () => ({ ...node("bramble.mjs", ...words), env: { BRAMBLE_ENGINE: "native" } }),
        single: () => ({
          ...node("bramble.mjs", ...words),
          env: { BRAMBLE_ENGINE: "native", POLARS_MAX_THREADS: "1" },
        }),
        js: () => ({ ...node("bramble.mjs", ...words), env: { BRAMBLE_ENGINE: "js" } }),
        dask: () => python("dask_peer.py", ...words),
        numpy: () => python("numpy_peer.py", ...words),
        polars: () => python("polars_peer.py", ...words),
        nodejs: () => ({ ...node("nodejs-polars.mjs", ...words), env: { PEERS: peers.npm } }),
        numpyts: () => ({ ...node("numpy-ts.mjs", ...words), env: { PEERS: peers.npm } }),
        arquero: () => ({ ...node("arquero.mjs", ...words), env: { PEERS: peers.npm } }),
        plain: () => node("plain.mjs", ...words),
      };
      return start[name]();
    },
    /** The language that a contestant is written in. */
    language: (name) => (["dask", "numpy", "polars"].includes(name) ? "python" : "node"),
  };
}
