import { type Command, Argument } from "commander";
import { initCode, type Shell } from "../../env/shell-code.js";

const EXAMPLES: Readonly<Record<string, string>> = {
  bash: 'eval "$(bramble init bash)" in ~/.bashrc',
  zsh: 'eval "$(bramble init zsh)" in ~/.zshrc',
  fish: "bramble init fish | source in ~/.config/fish/config.fish",
};

/** `bramble init SHELL` */
export function addInit(program: Command): void {
  program
    .command("init")
    .description("Print a hook for a shell's start-up file: `bramble activate NAME` then needs no `source`.")
    .addArgument(new Argument("<shell>").choices(Object.keys(EXAMPLES)))
    .addHelpText(
      "after",
      `\nUse it as\n${Object.values(EXAMPLES)
        .map((line) => `  ${line}`)
        .join("\n")}`,
    )
    .action((shell: Shell) => {
      process.stdout.write(initCode(shell));
    });
}
