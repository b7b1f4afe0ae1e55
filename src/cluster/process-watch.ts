import type { ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";
import { bytesText } from "../cli/output.js";

/** Lines that are remembered of what a process printed, and characters of each. */
const MOST_LINES = 10;
const LONGEST_LINE = 200;
/** Milliseconds that a process which has ended gets until all that it printed was read. */
const GRACE = 500;

/** Watches the process of a worker, to tell how it ended when it can't say so itself. */
export class ProcessWatch {
  readonly child: ChildProcess;
  /** By which the scheduler knows the process. */
  readonly number: number;
  readonly #lines = new LastLines();
  readonly #oomKills = oomKills();
  readonly #isRead: Promise<unknown>;
  #peak = 0;

  /** @param start - starts the process with pipes for what it prints, which is passed on. */
  constructor(start: (number: number) => ChildProcess) {
    this.number = randomInt(1, 2 ** 32);
    this.child = start(this.number);
    // One that could not be started says so by an event that whoever started it listens to.
    this.#isRead = once(this.child, "close").catch(() => {});
    this.#pass(this.child.stdout, process.stdout);
    this.#pass(this.child.stderr, process.stderr);
  }

  /** Looks at the memory of the process, and gives the bytes that it has now; nothing if it has just ended. */
  look(): number | undefined {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return undefined;
    const status = textOf(`/proc/${pid}/status`);
    this.#peak = Math.max(this.#peak, kilobytes(status, "VmHWM") ?? 0);
    return kilobytes(status, "VmRSS");
  }

  /**
   * How the process has ended: a line that says why, then what it printed last.
   *
   * @param verdict - why it was ended, if the caller did that.
   */
  async end(verdict?: string): Promise<string> {
    const { exitCode, signalCode } = this.child;
    const why = [verdict ?? (signalCode === null ? `exit code ${exitCode}` : `killed by ${signalCode}`)];
    if (verdict === undefined && signalCode === "SIGKILL" && oomKills() > this.#oomKills)
      why.push("the kernel has ended a process for want of memory meanwhile");
    if (this.#peak > 0) why.push(`it had up to ${bytesText(this.#peak)} of memory`);
    await this.drained();
    return [why.join("; "), ...this.#lines.all()].join("\n");
  }

  /** Waits until all was passed on that the process, which has ended, has printed: not long, for others may have its pipes. */
  async drained(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GRACE);
    });
    await Promise.race([this.#isRead, late]);
    clearTimeout(timer);
  }

  #pass(from: Readable | null, to: Writable): void {
    const decoder = new StringDecoder();
    from?.on("data", (bytes: Buffer) => {
      this.#lines.add(decoder.write(bytes));
      writeTo(to, bytes);
    });
  }
}

/** The last lines of a text that comes in pieces. */
export class LastLines {
  readonly #lines: string[] = [];
  #open = "";

  add(text: string): void {
    const [first = "", ...more] = text.split("\n");
    this.#open = shortened(this.#open + first);
    for (const line of more.slice(-MOST_LINES - 1)) {
      this.#lines.push(this.#open);
      this.#open = shortened(line);
    }
    this.#lines.splice(0, this.#lines.length - MOST_LINES);
  }

  all(): string[] {
    const lines = this.#open === "" ? this.#lines : [...this.#lines, this.#open];
    return lines.filter((line) => line.trim() !== "").slice(-MOST_LINES);
  }
}

function shortened(line: string): string {
  const plain = stripVTControlCharacters(line).replace(/\p{Cc}/gu, " ");
  return plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE)}…` : plain;
}

/** Writes as `console` does: nobody is harmed if nobody reads it. */
function writeTo(stream: Writable, bytes: Buffer): void {
  const ignore = (): void => {};
  stream.once("error", ignore);
  stream.write(bytes, ignore);
  stream.off("error", ignore);
}

/** How often the kernel has ended a process because memory was short; 0 where it does not tell. */
function oomKills(): number {
  return Number(/^oom_kill (\d+)$/m.exec(textOf("/proc/vmstat"))?.[1] ?? 0);
}

function kilobytes(status: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  return found === undefined ? undefined : 1024 * Number(found);
}

/** What a file of the system says; nothing if it is not there. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
