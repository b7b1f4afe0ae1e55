/** What a check found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  /**
   * - `good`: as it should be, or a fact.
   * - `warning`: works, but not as well as it could.
   * - `bad`: something will not work.
   */
  readonly state: "good" | "warning" | "bad";
  /** What is so. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** The files of the system as checks read them: tests have others. */
export interface Files {
  /** The text of a small file; undefined if there is none, or it can't be read. */
  read(path: string): string | undefined;
}

/** A fact, or something as it should be. */
export function good(subject: string, text: string): Finding {
  return { subject, state: "good", text };
}

/** Something that could be better. */
export function warning(subject: string, text: string, advice: string): Finding {
  return { subject, state: "warning", text, advice };
}

/** Something that will not work. */
export function bad(subject: string, text: string, advice: string): Finding {
  return { subject, state: "bad", text, advice };
}
