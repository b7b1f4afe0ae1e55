import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const BRAMBLE = fileURLToPath(new URL("../../dist/cli/bramble.js", import.meta.url));
/** For what takes a moment; a machine with much to do takes longer. */
const PATIENCE = 60_000;
const PAUSE = 50;

/** Programs that tests start and that outlive a call; all are gone after `killAll`. */
export class Running {
  readonly #env: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];
  readonly #before: readonly string[];

  /** `before` are the words before those of each program, such as `nsenter` and what that is told. */
  constructor(env: Readonly<Record<string, string>>, before: readonly string[] = []) {
    this.#env = env;
    this.#before = before;
  }

  /** Starts `bramble` with arguments. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningProgram {
    const [program = "", ...words] = [...this.#before, process.execPath, BRAMBLE, ...args];
    const child = spawn(program, words, {
      env: { ...this.#env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    return new RunningProgram(child);
  }

  killAll(): void {
    for (const child of this.#children.splice(0)) child.kill("SIGKILL");
  }
}

/** A program that was started. */
export class RunningProgram {
  stdout = "";
  stderr = "";
  readonly pid: number;
  /** Its exit code or its signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.stdout?.on("data", (text: Buffer) => {
      this.stdout += text.toString();
    });
    child.stderr?.on("data", (text: Buffer) => {
      this.stderr += text.toString();
    });
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(signal ?? code ?? 1));
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** What a function gives as soon as it gives something. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end)
      throw new Error(`It did not happen within ${PATIENCE / 1000} s: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
