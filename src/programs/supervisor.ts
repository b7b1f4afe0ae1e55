import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bytesText } from "../cli/output.js";
import { ProcessWatch } from "../cluster/process-watch.js";
import { frugalArguments, frugalEnvironment } from "../cluster/worker-settings.js";
import { BrambleError } from "../errors.js";
import { type NodeInside, nodeInside } from "./environment.js";
import { EnvironmentMaker } from "./environment-maker.js";
import { type FromWorker, type Question, replyTo, RUNS } from "./supervisor-channel.js";
import type { WorkerSetup } from "./worker-process.js";

/** Of its limit, what a process may take before it is ended. */
const MOST = 0.95;
/** Milliseconds between two looks at the memory of processes. */
const LOOK = 500;
/** A process that lived so long gets a fresh start at once, in milliseconds. */
const HEALTHY = 10_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** How a worker ends that another start would not help. */
export const HOPELESS = 3;

/** What a supervisor looks after. */
export interface Supervised {
  readonly setups: readonly WorkerSetup[];
  /** The Node that runs workers, until one asks for another. */
  readonly inside: NodeInside;
  /** Whether clients may make environments here, and have workers run in them. */
  readonly allowsInstall: boolean;
  /** Bytes that a process may take; undefined for no limit. */
  readonly limit: number | undefined;
  /** Says something to people. */
  readonly tell: (text: string) => void;
}

/** Runs worker processes, and starts those again that die or take too much memory. */
export class Supervisor {
  readonly #places: Place[];
  #isStopping = false;

  constructor(supervised: Supervised) {
    const maker = new EnvironmentMaker(supervised.tell);
    this.#places = supervised.setups.map((setup) => new Place(setup, supervised, maker));
  }

  /**
   * Settles when all processes have ended for good.
   *
   * @returns how many ended because another start would not have helped.
   */
  async run(): Promise<number> {
    const looking = setInterval(() => this.#look(), LOOK);
    try {
      const ends = await Promise.all(this.#places.map((place) => place.run(() => this.#isStopping)));
      return ends.filter((end) => end === HOPELESS).length;
    } finally {
      clearInterval(looking);
    }
  }

  /** Asks all to leave. */
  stop(): void {
    this.#isStopping = true;
    for (const place of this.#places) place.stop();
  }

  /** Ends all at once. */
  kill(): void {
    for (const place of this.#places) place.kill();
  }

  #look(): void {
    for (const place of this.#places) place.look();
  }
}

/** The place of one worker, in which one process follows another. */
class Place {
  readonly #setup: WorkerSetup;
  readonly #supervised: Supervised;
  readonly #maker: EnvironmentMaker;
  #watch: ProcessWatch | undefined;
  #inside: NodeInside;
  /** What the next process is to have, where the last one wanted to be started anew. */
  #next: NodeInside | undefined;
  /** What the last process had, while this one has not said that it runs. */
  #before: NodeInside | undefined;
  /** Why the supervisor ended the process itself. */
  #verdict: string | undefined;
  /** Ends a pause before the next start. */
  #wake = (): void => {};

  constructor(setup: WorkerSetup, supervised: Supervised, maker: EnvironmentMaker) {
    this.#setup = setup;
    this.#supervised = supervised;
    this.#maker = maker;
    this.#inside = supervised.inside;
  }

  /** How the last process ended: its exit code, or its signal. */
  async run(isStopping: () => boolean): Promise<number | NodeJS.Signals> {
    let pause = FIRST_PAUSE;
    for (;;) {
      const begin = performance.now();
      const watch = this.#start();
      const end = await endOf(watch.child);
      if (isStopping()) return end;
      if (this.#moves(end)) continue;
      if (end === 0 || end === HOPELESS) return end;
      void this.#tellEnd(watch);
      if (performance.now() - begin > HEALTHY) pause = FIRST_PAUSE;
      const why = this.#verdict ?? (typeof end === "number" ? `exit code ${end}` : end);
      this.#supervised.tell(`${this.#setup.options.name} ended (${why}); starting it again`);
      await this.#sleep(pause);
      if (isStopping()) return end;
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  /** Whether the next process begins at once, somewhere else: where the last wanted to go, or where that came from. */
  #moves(end: number | NodeJS.Signals): boolean {
    const [next, before] = [this.#next, this.#before];
    this.#next = undefined;
    if (next !== undefined) {
      this.#before = this.#inside;
      this.#inside = next;
      return true;
    }
    this.#before = undefined;
    // Somebody else has killed it.
    if (before === undefined || end === "SIGKILL") return false;
    this.#supervised.tell(`${this.#setup.options.name} does not run there (${end}) and goes back`);
    this.#inside = before;
    return true;
  }

  /** Does what a worker asks for. */
  async #answer(child: ChildProcess, question: Question): Promise<void> {
    const reply = await replyTo(question.number, () => this.#do(question));
    if (!child.connected) return;
    // A process whose channel is closed leaves: after it has said that it does.
    child.send(reply, () => {
      if (this.#next !== undefined && child.connected) child.disconnect();
    });
  }

  async #do(question: Question): Promise<void> {
    const { allowsInstall, tell } = this.#supervised;
    const { name } = this.#setup.options;
    if (!allowsInstall) {
      const message = "clients may not install environments there: it was started with `--no-env-install`";
      throw new BrambleError("INSTALL_FORBIDDEN", message);
    }
    if ("make" in question) return this.#maker.make(question.make);
    this.#next = await nodeInside(question.enter);
    tell(`${name} goes on in the project environment ${question.enter}`);
  }

  #start(): ProcessWatch {
    const { node, env } = this.#inside;
    const { options } = this.#setup;
    const program = fileURLToPath(new URL("./worker-process.js", import.meta.url));
    this.#verdict = undefined;
    const watch = new ProcessWatch((number) => {
      const setup = { ...this.#setup, options: { ...options, watch: number }, parent: process.pid };
      return spawn(node, [...frugalArguments(options.processMemory), program], {
        env: {
          ...frugalEnvironment(options.processMemory, options.threads),
          ...env,
          BRAMBLE_WORKER: JSON.stringify(setup),
        },
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
    });
    const { child } = watch;
    this.#watch = watch;
    child.on("message", (message: FromWorker) => {
      if (message === RUNS) this.#before = undefined;
      else void this.#answer(child, message);
    });
    child.once("error", (error) => {
      // As when somebody has removed the environment.
      this.#verdict = error.message;
    });
    return watch;
  }

  /** Tells the scheduler how a process ended that nobody asked to. */
  async #tellEnd(watch: ProcessWatch): Promise<void> {
    const how = await watch.end(this.#verdict);
    // The addon takes memory that most supervisors never need.
    const { tellEnd } = await import("./tell-end.js");
    await tellEnd(this.#setup, watch.number, how);
  }

  stop(): void {
    this.#wake();
    // A process whose channel is closed leaves too.
    const child = this.#watch?.child;
    if (child?.connected) child.disconnect();
  }

  kill(): void {
    this.#watch?.child.kill("SIGKILL");
  }

  /** Ends a process that has taken too much, before the system ends whatever it likes. */
  look(): void {
    const { limit } = this.#supervised;
    const taken = this.#watch?.look();
    if (limit === undefined || taken === undefined || taken <= MOST * limit) return;
    this.#verdict = `it took ${bytesText(taken)} of memory, of ${bytesText(limit)}`;
    this.#watch?.child.kill("SIGKILL");
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** How a process ends: its exit code, or its signal. */
function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("exit", (code, signal) => resolve(signal ?? code ?? 1));
  });
}
