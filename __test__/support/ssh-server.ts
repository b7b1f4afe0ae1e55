import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./small-cluster.js";

/** A server of OpenSSH's on a free port of this machine, which lets in whoever has its key. */
export interface SSHServer {
  /** What `ssh` needs to be told to come in without a question. */
  readonly options: readonly string[];
  /** What the server logged. */
  log(): string;
  close(): Promise<void>;
}

/** Root's server gives up its rights as a user of its own and in a folder of its own: both are there for it alone. */
const WITH_ITS_USER = `mount --bind "$1/passwd" /etc/passwd && mount -t tmpfs none /run && mkdir /run/sshd && shift && exec "$@"`;

const script = new URL("../../scripts/steps/ssh-server.mjs", import.meta.url).href;

/** Starts one, with keys and settings of its own: the machine's are neither read nor changed. */
export async function startSSHServer(): Promise<SSHServer> {
  const { sshServer } = await import(script);
  const { sshd, libraries } = sshServer() as { sshd: string; libraries: string };
  const folder = await mkdtemp(join(tmpdir(), "bramble-test-"));
  await chmod(folder, 0o755);
  for (const name of ["host", "user"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  }
  const port = await freePort();
  await writeFile(join(folder, "sshd_config"), settings(folder, port));
  await writeFile(join(folder, "passwd"), usersWithSshd());
  const server = [sshd, "-D", "-e", "-f", join(folder, "sshd_config")];
  const words =
    process.getuid?.() === 0
      ? ["unshare", "--mount", "sh", "-ec", WITH_ITS_USER, "sh", folder, ...server]
      : server;
  const [command = "", ...args] = words;
  const child = spawn(command, args, {
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${log}`);
    return answers(port);
  });
  return { options: sshOptions(folder, port), log: () => log, close };
}

function settings(folder: string, port: number): string {
  return [
    "ListenAddress 127.0.0.1",
    `Port ${port}`,
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/user.pub`,
    "AuthenticationMethods publickey",
    "PermitRootLogin prohibit-password",
    "PidFile none",
    // The folder for temporary files is everybody's.
    "StrictModes no",
    "UsePAM no",
    "",
  ].join("\n");
}

/** This machine's users and the server's. None of them is locked, for here they come with a key. */
function usersWithSshd(): string {
  const users = readFileSync("/etc/passwd", "utf8").replace(/^([^:]+):[^:]*/gm, "$1:*");
  return /^sshd:/m.test(users) ? users : `${users}sshd:*:65533:65534::/run/sshd:/usr/sbin/nologin\n`;
}

function sshOptions(folder: string, port: number): readonly string[] {
  const settings = {
    IdentitiesOnly: "yes",
    StrictHostKeyChecking: "accept-new",
    UserKnownHostsFile: join(folder, "known_hosts"),
  };
  const words = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["-F", "none", "-p", String(port), "-i", join(folder, "user"), ...words];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
