import { connect } from "node:net";
import { codeOf } from "../env/file-errors.js";
import { bad, type Finding, good } from "./finding.js";

/** How long an answer may take. */
const PATIENCE = 5000;

/** What a failed connection means. */
const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the machine is there, and nothing listens at that port: is `bramble scheduler` running?",
  EHOSTUNREACH: "there is no way to that machine: is it on, and in this network?",
  ENETUNREACH: "there is no network",
  ENOTFOUND: "nobody knows that name: use its IP address, or NAME.local",
  EAI_AGAIN: "names can't be looked up now: use its IP address",
  ETIMEDOUT: "nothing answers: is a firewall in between?",
};

/** Whether something listens where the scheduler should. */
export async function checkScheduler(host: string, port: number): Promise<Finding> {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const begin = performance.now();
  const code = await tryToConnect(host, port);
  if (code === undefined)
    return good("scheduler", `${address} answers in ${(performance.now() - begin).toFixed(1)} ms`);
  return bad("scheduler", `${address} can't be reached (${code})`, MEANINGS[code] ?? "Check the address");
}

/** The code of the error, or nothing if it could be. */
function tryToConnect(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE });
    const end = (code?: string) => {
      socket.destroy();
      resolve(code);
    };
    socket.once("connect", () => end());
    socket.once("timeout", () => end("ETIMEDOUT"));
    socket.once("error", (error) => end(codeOf(error) ?? error.message));
  });
}
