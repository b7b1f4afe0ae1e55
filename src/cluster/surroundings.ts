import { config } from "../config/index.js";
import type { Surroundings } from "../env/surroundings.js";
import { BrambleError } from "../errors.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";

/** A worker whose functions find something else around them than here. */
interface Stranger {
  readonly worker: string;
  readonly theirs: Surroundings;
}

/** Sees that functions find on the workers what they find here, as `cluster.mismatch` says. */
export class SurroundingsCheck {
  readonly #client: number;
  readonly #own: Surroundings;
  #version = 0;
  #strangers: readonly Stranger[] = [];
  /** What people were told of already. */
  readonly #told = new Set<string>();

  /** @param own - what this process has around it. */
  constructor(client: number, own: Surroundings) {
    this.#client = client;
    this.#own = own;
  }

  /**
   * Looks at the workers that are there, before functions are sent to them.
   *
   * @throws {BrambleError} `ENVIRONMENT_MISMATCH` if one differs and `cluster.mismatch` is `refuse`.
   */
  beforeCalls(): void {
    const policy = config.get("cluster.mismatch");
    if (policy === "ignore") return;
    this.#look();
    const [first] = this.#strangers;
    if (policy === "refuse" && first !== undefined) {
      throw new BrambleError("ENVIRONMENT_MISMATCH", `${this.#describe(first)} ${ADVICE}`);
    }
    for (const stranger of this.#strangers) this.#warn(stranger);
  }

  #look(): void {
    const news = withOwnErrors(() => loadNative().clusterSurroundings(this.#client, this.#version));
    if (news === null) return;
    this.#version = news.version;
    this.#strangers = news.all.flatMap((theirs, index) =>
      differs(this.#own, theirs) ? [{ worker: news.workers[index] ?? "", theirs }] : [],
    );
  }

  #warn(stranger: Stranger): void {
    const text = this.#describe(stranger);
    if (this.#told.has(text)) return;
    this.#told.add(text);
    process.emitWarning(`${text} ${ADVICE}`, { type: "BrambleWarning", code: "ENVIRONMENT_MISMATCH" });
  }

  #describe({ worker, theirs }: Stranger): string {
    const reason =
      theirs.environment === this.#own.environment && theirs.lock !== this.#own.lock
        ? ", with other versions of packages"
        : "";
    return `The worker ${worker} has ${words(theirs)}, this program has ${words(this.#own)}${reason}.`;
  }
}

const ADVICE =
  "Functions may find other packages there. `bramble worker HOST:PORT --env NAME` runs a worker in a project " +
  "environment, `client.installEnvironment(file)` gives one to all workers; the setting `cluster.mismatch` is " +
  "`warn`, `refuse` or `ignore`.";

/** Whether the same function may do something else: environments of the same packages are alike, whatever their names. */
function differs(own: Surroundings, theirs: Surroundings): boolean {
  return own.lock !== theirs.lock || major(own) !== major(theirs);
}

function major({ node }: Surroundings): string {
  return node.split(".")[0] ?? node;
}

function words({ node, environment }: Surroundings): string {
  return `Node ${node.replace(/^v/, "")} and ${environment === undefined ? "no project environment" : `the project environment ${environment}`}`;
}
