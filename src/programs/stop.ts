/** Signals that ask a program to end. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Calls `stop` at the first signal; at the second the process ends at once.
 *
 * @param leave - what is to be done even then.
 */
export function onSignals(stop: () => void, leave: () => void = () => {}): void {
  let isStopping = false;
  for (const [index, signal] of SIGNALS.entries()) {
    process.on(signal, () => {
      if (!isStopping) {
        isStopping = true;
        stop();
        return;
      }
      leave();
      // As shells name the end by a signal: 130 for Ctrl-C, 143 for SIGTERM.
      process.exit(index === 0 ? 130 : 143);
    });
  }
}
