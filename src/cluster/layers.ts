/** Whether a cluster can compute a layer: files are written by one process. */
export function isForCluster({ kind }: { readonly kind: object }): boolean {
  return !("write" in kind);
}
