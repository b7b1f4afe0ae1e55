import type { ShellChange } from "./activation.js";

/** Shells that Bramble writes code for: `sh` stands for any that is POSIX's. */
export const SHELLS = ["bash", "zsh", "sh", "fish"] as const;

/** A shell that Bramble writes code for. */
export type Shell = (typeof SHELLS)[number];

/** The code that a shell evaluates to make a change. It leaves no variable of its own behind. */
export function shellCode(shell: Shell, change: ShellChange): string {
  return shell === "fish" ? fishCode(change) : posixCode(change);
}

function posixCode({ variables, prompt, promptBefore }: ShellChange): string {
  const lines = Object.entries(variables).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${quote(value)}`,
  );
  // Where there is no prompt, as in scripts, none is made.
  lines.push('if [ -n "${PS1+x}" ]; then');
  if (promptBefore !== undefined) lines.push(`  PS1=\${PS1#"(${promptBefore}) "}`);
  if (prompt !== undefined) lines.push(`  PS1='(${prompt}) '"$PS1"`);
  lines.push("fi");
  return `${lines.join("\n")}\n`;
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** The prompt is a function, which is wrapped and put back. The status of the last command stays visible to it. */
const FISH_PROMPT = `if functions -q fish_prompt; and not functions -q __bramble_prompt
  functions -c fish_prompt __bramble_prompt
  function fish_prompt
    set -l last $status
    printf '(%s) ' $BRAMBLE_ENV
    echo "exit $last" | source
    __bramble_prompt
  end
end
`;

const FISH_PROMPT_BACK = `if functions -q __bramble_prompt
  functions -e fish_prompt
  functions -c __bramble_prompt fish_prompt
  functions -e __bramble_prompt
end
`;

function fishCode({ variables, prompt }: ShellChange): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (value === undefined) return `set -e ${name}`;
    const values = name === "PATH" ? value.split(":") : [value];
    return `set -gx ${[name, ...values.map(quoteForFish)].join(" ")}`;
  });
  return `${lines.join("\n")}\n${prompt === undefined ? FISH_PROMPT_BACK : FISH_PROMPT}`;
}

function quoteForFish(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** The hook for a shell's start-up file: with it `bramble activate NAME` needs no `source`. */
export function initCode(shell: Shell): string {
  return shell === "fish" ? FISH_INIT : posixInit(shell);
}

const FISH_INIT = `function bramble
  switch "$argv[1]"
    case activate deactivate
      set -l code (command bramble env $argv --shell fish | string collect)
      or return 1
      echo "$code" | source
    case '*'
      command bramble $argv
  end
end
`;

function posixInit(shell: Shell): string {
  return `bramble() {
  case "\${1-}" in
    activate|deactivate)
      if __bramble_code=$(command bramble env "$@" --shell ${shell}); then
        eval "$__bramble_code"
        unset __bramble_code
      else
        unset __bramble_code
        return 1
      fi
      ;;
    *) command bramble "$@" ;;
  esac
}
`;
}
