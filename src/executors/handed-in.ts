/** What waits until results are handed in; undefined where nobody says when they are. */
let waiting: (() => void)[] | undefined;

/** Has something done once the results of the calls under way in this thread are handed in, and nobody reads them any more. */
export function onceHandedIn(act: () => void): void {
  waiting?.push(act);
}

/** Everything that calls gave is handed in, as it will be after the calls to come. */
export function noteHandedIn(): void {
  const due = waiting ?? [];
  waiting = [];
  for (const act of due) act();
}
