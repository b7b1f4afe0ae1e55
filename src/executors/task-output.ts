/** The text of a stream of which a part may belong to a line that is yet to end. */
type Write = typeof process.stdout.write;

/** Puts the name of the task that prints before every line that it prints, on both streams of this thread. */
export function nameOutput(taskName: () => string | undefined): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (text: string | Uint8Array, ...rest: unknown[]) => boolean;
    let isLineStart = true;
    const named = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const name = taskName();
      if (name === undefined) return write(chunk, ...rest);
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      const begun = isLineStart ? `[${name}] ${text}` : text;
      isLineStart = text.endsWith("\n");
      return write(begun.replaceAll(/\n(?!$)/g, `\n[${name}] `), ...rest);
    };
    stream.write = named as Write;
  }
}
