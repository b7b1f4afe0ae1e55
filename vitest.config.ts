import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const dist = (path: string): string => fileURLToPath(new URL(`dist/${path}`, import.meta.url));

/** The tests see what users get: what `tsc` made, by the names of the package. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^bramble$/, replacement: dist("index.js") },
      { find: /^bramble\/hdf5$/, replacement: dist("hdf5.js") },
      { find: /^bramble\/zarr$/, replacement: dist("zarr.js") },
      { find: /^bramble\/npy$/, replacement: dist("npy.js") },
    ],
  },
  test: {
    include: ["__test__/**/*.test.ts"],
    // Vitest leaves one to itself, of two.
    maxWorkers: availableParallelism(),
    // Far above what a test takes, for a machine may have much else to do.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
