// Errors whose message is all that a person needs: they are printed without a stack.

/** Something that the person at the keyboard can put right. */
export class SetupError extends Error {
  name = "SetupError";
}

/** A program that was started and failed. */
export class CommandError extends Error {
  name = "CommandError";

  /**
   * @param {string} command the command line, for people
   * @param {string} reason how it ended
   * @param {string} output what it printed
   */
  constructor(command, reason, output) {
    super(`${command}: ${reason}`);
    this.output = output;
  }
}
