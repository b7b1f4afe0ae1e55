// What the examples show on a terminal, and what they show where there is none.

const WIDTH = 40;
const PLAIN_INTERVAL_MS = 2000;

/** A closed pipe (`| head -1`) is the reader's choice, not a failure to report. */
export function endQuietlyWhenNobodyReads() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
}

/**
 * A bar on the standard error stream that follows a computation's progress events; plain lines now and then
 * where that is no terminal.
 */
export function progressBar() {
  const layers = new Map();
  const live = Boolean(process.stderr.isTTY);
  let lastDrawn = performance.now();
  const draw = () => {
    const sum = (key) => [...layers.values()].reduce((total, layer) => total + layer[key], 0);
    const [done, total] = [sum("done"), sum("total")];
    const filled = Math.round((WIDTH * done) / Math.max(total, 1));
    const bar = `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}]`;
    process.stderr.write(live ? `\r\x1b[K${bar} ${done} of ${total} blocks` : `${done} of ${total} blocks\n`);
    lastDrawn = performance.now();
  };
  return {
    update: (events) => {
      // The levels of a reduction's tree share its name, and each has fewer blocks than the one before.
      for (const event of events) layers.set(`${event.layer} ${event.total}`, event);
      if (live || performance.now() - lastDrawn >= PLAIN_INTERVAL_MS) draw();
    },
    /** Leaves the last state standing. */
    end: () => {
      draw();
      if (live) process.stderr.write("\n");
    },
  };
}

/** A shape or a number of chunks, such as "8000 x 8000". */
export function times(numbers) {
  return numbers.join(" x ") || "a single number";
}

/** A size, such as "512 MB". */
export function bytes(size) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(size, 1)) / 3));
  return `${Number((size / 1000 ** power).toPrecision(3))} ${units[power]}`;
}
