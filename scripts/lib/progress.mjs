// Shows that long work goes on: one live line on a terminal, a plain line now and then elsewhere.

const PLAIN_INTERVAL_MS = 15_000;
const LIVE_INTERVAL_MS = 200;

/**
 * Announces a piece of work on the standard error stream.
 *
 * @param {string} label such as "Building the addon"
 * @returns {{ update: (detail: string) => void, done: () => void, failed: () => void }}
 */
export function startProgress(label) {
  const started = Date.now();
  const live = Boolean(process.stderr.isTTY);
  let detail = "";
  const status = () => [label, detail, seconds(started)].filter(Boolean).join(" · ");
  const draw = () => process.stderr.write(`\r\x1b[K${status().slice(0, (process.stderr.columns || 80) - 1)}`);
  const say = () => process.stderr.write(`  ${status()}\n`);
  if (live) draw();
  else process.stderr.write(`${label} ...\n`);
  const timer = setInterval(live ? draw : say, live ? LIVE_INTERVAL_MS : PLAIN_INTERVAL_MS);
  const end = (word) => {
    clearInterval(timer);
    process.stderr.write(`${live ? "\r\x1b[K" : ""}${label}: ${word}, ${seconds(started)}\n`);
  };
  return {
    update: (text) => {
      detail = text;
    },
    done: () => end("done"),
    failed: () => end("failed"),
  };
}

/**
 * Does a piece of work under a progress line.
 *
 * @template T
 * @param {string} label
 * @param {(update: (detail: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(label, work) {
  const progress = startProgress(label);
  try {
    const result = await work(progress.update);
    progress.done();
    return result;
  } catch (error) {
    progress.failed();
    throw error;
  }
}

/** The time since `started`, such as "7 s" or "2 min 5 s". */
export function seconds(started) {
  const total = Math.round((Date.now() - started) / 1000);
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}
