import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRegistry, type TestRegistry } from "../support/registry.js";
import { type Ended, makeSandbox, PACKAGES, type Sandbox } from "../support/sandbox.js";

/** What a shell calls the two programs. */
const SHELLS = {
  bash: { on: "source bramble-activate", off: "source bramble-deactivate", options: ["--norc", "-c"] },
  zsh: { on: "source bramble-activate", off: "source bramble-deactivate", options: ["-f", "-c"] },
  sh: {
    on: 'eval "$(bramble env activate --shell sh ',
    off: 'eval "$(bramble env deactivate --shell sh)"',
    options: ["-c"],
  },
  fish: {
    on: "bramble env activate --shell fish",
    off: "bramble env deactivate --shell fish | source",
    options: ["--no-config", "-c"],
  },
} as const;

type ShellName = keyof typeof SHELLS;
const names = Object.keys(SHELLS) as ShellName[];

function on(shell: ShellName, environment: string): string {
  const ending = { bash: "", zsh: "", sh: ')"', fish: " | source" }[shell];
  return `${SHELLS[shell].on} ${environment}${ending}`;
}

describe("activation", { timeout: 120_000 }, () => {
  let registry: TestRegistry;
  let sandbox: Sandbox;

  beforeAll(async () => {
    registry = await startRegistry(PACKAGES);
    sandbox = await makeSandbox(registry.url);
    await sandbox.bramble("env", "create", "--name", "project1", "arquero", "d3-array", "says-hello");
    await sandbox.bramble("env", "create", "--name", "project2", "simple-statistics");
    await sandbox.write(
      "elsewhere/script.mjs",
      `import { name } from "d3-array";
      import { createRequire } from "node:module";
      const { needs } = createRequire(import.meta.url)("arquero");
      const missing = await import("simple-statistics").catch(({ code }) => code);
      console.log(name, needs, missing);`,
    );
    await sandbox.write("own/node_modules/d3-array/package.json", '{ "main": "i.js", "type": "module" }');
    await sandbox.write("own/node_modules/d3-array/i.js", 'export const name = "the project\'s own";');
    await sandbox.write("own/script.mjs", 'import { name } from "d3-array"; console.log(name);');
  }, 120_000);

  afterAll(async () => {
    await sandbox.remove();
    await registry.close();
  });

  const at = (...path: string[]) => join(sandbox.environments, ...path);

  function inShell(shell: ShellName, lines: readonly string[], env = {}): Promise<Ended> {
    return sandbox.run(shell, [...SHELLS[shell].options, lines.join("\n")], env);
  }

  const variables = {
    "as they are": {},
    "set before": { NODE_OPTIONS: "--no-warnings", NODE_PATH: "/somewhere" },
    "set and empty": { NODE_OPTIONS: "", NODE_PATH: "" },
  };
  const cases = names.flatMap((shell) =>
    Object.entries(variables).map(([how, env]) => ({ shell, how, env })),
  );

  test.each(cases)("is undone in $shell without a trace: variables $how", async ({ shell, env }) => {
    const { stdout, stderr } = await inShell(
      shell,
      [
        "env | sort",
        "echo ---",
        on(shell, "project1"),
        "env | sort",
        "echo ---",
        SHELLS[shell].off,
        "env | sort",
      ],
      env,
    );
    const [before, active, after] = stdout.split("---\n");
    expect(stderr).toBe("");
    expect(active).toContain(`BRAMBLE_PREFIX=${at("project1")}\n`);
    expect(after).toBe(before);
  });

  test.each(names)("nests in %s", async (shell) => {
    const show = "echo $BRAMBLE_ENV; command -v node; env | grep -c BRAMBLE_STACK";
    const { stdout } = await inShell(shell, [
      `env | sort; echo ---; ${on(shell, "project1")}; ${show}`,
      `${on(shell, "project2")}; ${show}; ${on(shell, "project1")}; ${show}`,
      `${SHELLS[shell].off}; ${show}; ${SHELLS[shell].off}; ${show}; echo ---`,
      `${SHELLS[shell].off}; env | sort`,
    ]);
    const [before, shown, after] = stdout.split("---\n");
    const line = (name: string, depth: number) => `${name}\n${at(name, "bin", "node")}\n${depth}\n`;
    const [one, two] = [line("project1", 1), line("project2", 1)];
    expect(shown).toBe([line("project1", 0), two, one, two, line("project1", 0)].join(""));
    expect(after).toBe(before);
  });

  test.each(names)("lets any script in %s find the environment's packages", async (shell) => {
    const { stdout, stderr } = await inShell(shell, [
      on(shell, "project1"),
      "node elsewhere/script.mjs",
      "node own/script.mjs",
      "says-hello",
    ]);
    expect(stderr).toBe("");
    expect(stdout).toBe(
      `d3-array 2.0.1 ERR_MODULE_NOT_FOUND\nthe project's own\nhello from ${at("project1", "bin", "node")}\n`,
    );
  });

  test.each(["bash", "zsh"] as const)(
    "works in %s under set -eu, in functions and subshells",
    async (shell) => {
      const { stdout, status } = await inShell(shell, [
        "set -eu",
        "work() { source bramble-activate project1; echo $BRAMBLE_ENV; source bramble-deactivate; }",
        "work",
        "(source bramble-activate project2; echo $BRAMBLE_ENV)",
        'echo "${BRAMBLE_ENV-none}"',
        "set | grep '^__bramble' || echo clean",
        "source bramble-activate projekt1 || echo refused",
        "source bramble-activate projekt1",
        "echo not reached",
      ]);
      expect(stdout).toBe("project1\nproject2\nnone\nclean\nrefused\n");
      expect(status).toBe(1);
    },
  );

  test.each(["bash", "zsh"] as const)("keeps in %s what was changed meanwhile", async (shell) => {
    const { stdout } = await inShell(shell, [
      "source bramble-activate project1",
      'export PATH="/new:$PATH:/last" NODE_OPTIONS="$NODE_OPTIONS --no-warnings"',
      "PS1='other '",
      "source bramble-deactivate",
      'echo "$PATH"; echo "$NODE_OPTIONS"; echo "$PS1"',
    ]);
    expect(stdout).toBe(`/new:${sandbox.env["PATH"]}:/last\n--no-warnings\nother \n`);
  });

  test.each(["bash", "zsh", "sh"] as const)("shows the name in the prompt of %s", async (shell) => {
    const { stdout } = await inShell(shell, [
      "PS1='$ '",
      on(shell, "project1"),
      'echo "$PS1"',
      on(shell, "project2"),
      'echo "$PS1"',
      SHELLS[shell].off,
      'echo "$PS1"',
      SHELLS[shell].off,
      'echo "$PS1"',
    ]);
    expect(stdout).toBe("(project1) $ \n(project2) $ \n(project1) $ \n$ \n");
  });

  test("shows the name in the prompt of fish", async () => {
    const { stdout } = await inShell("fish", [
      'function fish_prompt; echo "$status> "; end',
      on("fish", "project1"),
      "false; fish_prompt",
      on("fish", "project2"),
      "fish_prompt",
      SHELLS.fish.off,
      SHELLS.fish.off,
      "fish_prompt",
    ]);
    expect(stdout).toBe("(project1) 1> \n(project2) 0> \n0> \n");
  });

  test.each(["bash", "zsh", "fish"] as const)("needs no source in %s with the hook", async (shell) => {
    const hook = shell === "fish" ? "bramble init fish | source" : `eval "$(bramble init ${shell})"`;
    const { stdout } = await inShell(shell, [
      hook,
      "bramble activate project1",
      "echo $BRAMBLE_ENV",
      "bramble activate nowhere; or echo refused".replace("; or", shell === "fish" ? "; or" : " ||"),
      "bramble deactivate",
      "env | grep -c BRAMBLE_ENV",
      "bramble --version",
    ]);
    expect(stdout).toBe("project1\nrefused\n0\n0.1.0\n");
  });

  test.each(["bash", "zsh"] as const)("ends in %s though the environment is gone", async (shell) => {
    await sandbox.bramble("env", "create", "--name", "passing");
    const { stdout } = await inShell(
      shell,
      [
        "source bramble-activate passing",
        `rm -rf "$BRAMBLE_HOME"`,
        "source bramble-deactivate",
        'echo "${BRAMBLE_ENV-none}"; node -p 1',
      ],
      { BRAMBLE_HOME: await copyOfHome() },
    );
    expect(stdout).toBe("none\n1\n");
    await sandbox.bramble("env", "remove", "passing");
  });

  async function copyOfHome(): Promise<string> {
    const copy = join(sandbox.folder, "copy of home");
    await sandbox.run("cp", ["-rl", sandbox.env["BRAMBLE_HOME"] ?? "", copy]);
    return copy;
  }

  test("says what to do where a program can't help", async () => {
    const run = await sandbox.run("bramble-activate", ["project1"]);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("In bash and zsh: source bramble-activate NAME");
    const bare = await sandbox.bramble("env", "activate", "project1");
    expect(bare.status).toBe(1);
    expect(bare.stderr).toContain("use `source bramble-activate project1`");
    const near = await inShell("bash", ["source bramble-activate project11"]);
    expect(near.stderr).toContain("did you mean project");
  });

  test("refuses what is half removed", async () => {
    await sandbox.bramble("env", "create", "--name", "half");
    await sandbox.run("rm", [at("half", "bin", "node")]);
    const { stderr, status } = await inShell("bash", ["source bramble-activate half"]);
    expect(status).toBe(1);
    expect(stderr).toContain("The environment half is damaged: it lacks bin/node");
    expect((await sandbox.bramble("env", "remove", "half")).status).toBe(0);
  });

  test("is not needed by `bramble run`", async () => {
    const script = 'node elsewhere/script.mjs; printf "%s\n" "$1"; exit 7';
    const command = ["sh", "-c", script, "sh", "-n"];
    const { stdout, status } = await sandbox.bramble("run", "-n", "project1", "--", ...command);
    expect(stdout).toBe("d3-array 2.0.1 ERR_MODULE_NOT_FOUND\n-n\n");
    expect(status).toBe(7);
    const killed = await sandbox.bramble("run", "-n", "project1", "node", "-e", "process.kill(process.pid)");
    expect(killed.status).toBe("SIGTERM");
    const missing = await sandbox.bramble("run", "-n", "project1", "--", "no-such-program");
    expect(missing.stderr).toContain("no-such-program can't be run: there is no such program");
  });

  test("puts an asterisk beside the active environment", async () => {
    const { stdout } = await inShell("bash", [
      "source bramble-activate project2",
      "bramble info --envs",
      "bramble env list --json",
      "bramble env remove project2",
    ]);
    expect(stdout).toContain(
      `# bramble environments:\n#\nproject1     ${at("project1")}\nproject2  *  ${at("project2")}\n`,
    );
    expect(stdout).toContain(`"active": true`);
  });
});
