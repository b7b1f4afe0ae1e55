import { complaintAboutNode } from "../node-version.js";

/**
 * Runs a program where Node is new enough, and says so where it is not. Only then anything else is read, which an old
 * Node would not understand: what is imported here is written in the JavaScript of Node 12.
 */
export function start(load: () => Promise<unknown>): void {
  const complaint = complaintAboutNode(process.versions.node, process.execPath);
  if (complaint === undefined) {
    void load();
    return;
  }
  process.stderr.write(`bramble: ${complaint}\n`);
  process.exitCode = 1;
}
