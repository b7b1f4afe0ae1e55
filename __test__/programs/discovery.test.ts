import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mayNetwork, OwnNetwork } from "../support/own-network.js";
import { eventually, Running, type RunningProgram } from "../support/running.js";
import { makeSandbox, type Sandbox } from "../support/sandbox.js";

const LONG = 120_000;

/** Prints the names of the workers that a scheduler knows. */
const WORKERS = `fetch(process.argv[1] + "/api/v1/workers").then((answer) => answer.json())
  .then((workers) => console.log(workers.map(({ name }) => name).join()))`;

// A system that allows no networks of their own has nothing to try this on.
describe.skipIf(!mayNetwork)("a worker without an address", { timeout: LONG }, () => {
  let sandbox: Sandbox;
  let network: OwnNetwork;
  let running: Running;

  beforeAll(async () => {
    sandbox = await makeSandbox("http://127.0.0.1:9/");
  });
  afterAll(() => sandbox.remove());
  beforeEach(async () => {
    network = await OwnNetwork.open();
    running = new Running(sandbox.env, network.inside);
  });
  afterEach(() => {
    running.killAll();
    network.close();
  });

  /** Gives the network an address that machines have. */
  function addCard(): void {
    network.run(
      "ip link add name card type veth peer name wall && ip address add 10.9.8.7/24 dev card && ip link set wall up && ip link set card up",
    );
  }

  async function startScheduler(
    ...flags: string[]
  ): Promise<{ program: RunningProgram; url: string; name: string }> {
    const program = running.start(["scheduler", "--port", "0", "--dashboard-address", ":0", ...flags]);
    const url = await eventually(() => program.stdout.match(/^Dashboard at +(\S+)\/status$/m)?.[1]);
    const wanted = flags.includes("--announce");
    const name = wanted ? await eventually(() => program.stderr.match(/^Announced as (\S+): /m)?.[1]) : "";
    return { program, url, name };
  }

  function workersOf(url: string): string {
    const script = WORKERS.replaceAll("\n", " ");
    return network.run(`'${process.execPath}' -e '${script}' '${url}'`).trim();
  }

  it("finds the scheduler that announces itself, at the address of their network", async () => {
    addCard();
    const { url, name } = await startScheduler("--announce");
    expect(name).toMatch(/-\d+-[\da-f]{8}$/);
    const worker = running.start(["worker", "--name", "pi", "--nthreads", "1"]);
    await eventually(() => (worker.stderr.includes(`Found the scheduler ${name}\n`) ? true : undefined));
    await eventually(() => (worker.stderr.includes("for the scheduler at 10.9.8.7:") ? true : undefined));
    await eventually(() => (workersOf(url) === "pi" ? true : undefined));
    worker.kill("SIGINT");
    expect(await worker.ended).toBe(0);
  });

  it("finds it on a machine that has no network", async () => {
    const { url } = await startScheduler("--announce", "--host", "127.0.0.1");
    running.start(["worker", "--host", "127.0.0.1", "--name", "alone", "--nthreads", "1"]);
    await eventually(() => (workersOf(url) === "alone" ? true : undefined));
  });

  it("is believed only with the key", async () => {
    await startScheduler("--announce");
    const worker = running.start(["worker"], { BRAMBLE_KEY: "ab".repeat(32) });
    expect(await worker.ended).toBe(1);
    expect(worker.stderr).toContain("it has another cluster key");
  });

  it("looks until there is one, says so, and takes none that does not want to be found", async () => {
    await startScheduler();
    const worker = running.start(["worker", "--name", "late", "--nthreads", "1"]);
    await eventually(() =>
      worker.stderr.includes("no scheduler has announced itself yet (`bramble scheduler --announce`)")
        ? true
        : undefined,
    );
    const { url } = await startScheduler("--announce");
    await eventually(() => (workersOf(url) === "late" ? true : undefined));
  });

  it("gives up after its death timeout", async () => {
    const worker = running.start(["worker", "--insecure", "--death-timeout", "0.5s"]);
    expect(await worker.ended).toBe(1);
    expect(worker.stderr).toContain(
      "no scheduler announced itself within 0.5 s: start one with `bramble scheduler --announce`",
    );
  });

  it("joins none of two, and names both", async () => {
    addCard();
    const one = await startScheduler("--announce");
    const other = await startScheduler("--announce");
    const worker = running.start(["worker"]);
    expect(await worker.ended).toBe(1);
    expect(worker.stderr).toContain("several schedulers announce themselves: ");
    for (const { name } of [one, other])
      expect(worker.stderr).toMatch(new RegExp(`${name} at tcp://10\\.9\\.8\\.7:\\d+`));
  });

  it("finds none that has ended", async () => {
    const { program } = await startScheduler("--announce");
    program.kill("SIGINT");
    expect(await program.ended).toBe(0);
    const worker = running.start(["worker", "--death-timeout", "0.5s"]);
    expect(await worker.ended).toBe(1);
    expect(worker.stderr).toContain("no scheduler announced itself within 0.5 s");
  });
});
