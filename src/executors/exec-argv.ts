/** Options of Node that take a value and say how modules are loaded. */
const WITH_VALUE = ["--import", "--require", "-r", "--loader", "--experimental-loader", "--conditions", "-C"];
const ALONE = ["--experimental-strip-types", "--experimental-transform-types", "--enable-source-maps"];

/**
 * Of what this process was started with, what its workers need: how modules are loaded. The rest, such as a port to
 * debug on or code to evaluate, belongs to this process.
 */
export function workerExecArgv(args: readonly string[] = process.execArgv): string[] {
  const kept: string[] = [];
  for (const [index, option] of args.entries()) {
    const [name = ""] = option.split("=");
    if (ALONE.includes(option) || (WITH_VALUE.includes(name) && option !== name)) kept.push(option);
    else if (WITH_VALUE.includes(option)) kept.push(option, args[index + 1] ?? "");
  }
  return kept;
}
