import { randomUUID } from "node:crypto";
import { BrambleError } from "../../errors.js";
import { callWorkers } from "../worker-calls.js";
import { callActor, createActor, learnActors, readActor, releaseActor } from "./inside.js";

/** The methods of a class, called elsewhere. */
type Methods<T> = {
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

/** What every actor has beside its methods. */
export interface ActorControls<T> extends AsyncDisposable {
  /** The worker where it lives. */
  readonly $worker: string;
  /** The value of a field. */
  $get<K extends keyof T>(field: K): Promise<T[K]>;
  /** Ends it. */
  $release(): Promise<void>;
}

/** An object on a worker. */
export type Actor<T> = Methods<T> & ActorControls<T>;

/** A class of actors. */
export type ActorClass<T, A extends readonly unknown[]> = new (...args: A) => T;

/** Where an actor may live. */
export interface Home {
  readonly id: number;
  readonly name: string;
}

/** Makes an object on a worker. */
export async function makeActor<T extends object, A extends readonly unknown[]>(
  client: number,
  home: Home,
  make: ActorClass<T, A>,
  args: A,
): Promise<Actor<T>> {
  learnActors();
  const actor = randomUUID();
  const label = make.name || "an actor";
  const ask = async (
    fn: (...args: never[]) => Promise<unknown>,
    rest: readonly unknown[],
  ): Promise<unknown> => {
    const answers = await callWorkers(client, [home.id], { fn: fn as never, args: [actor, ...rest] }).catch(
      (error: unknown) => {
        throw lost(error, label, home);
      },
    );
    const outcome = answers[0]?.[1];
    if (outcome !== undefined && "value" in outcome) return outcome.value;
    throw lost(outcome?.error, label, home);
  };
  await ask(createActor, [make, args]);
  const release = async (): Promise<void> => {
    await ask(releaseActor, []);
  };
  const controls: ActorControls<T> = {
    $worker: home.name,
    $get: (field) => ask(readActor, [field]) as Promise<never>,
    $release: release,
    [Symbol.asyncDispose]: release,
  };
  return new Proxy(controls, {
    get(target, name) {
      if (Reflect.has(target, name)) return Reflect.get(target, name) as unknown;
      // An actor is no promise, and awaiting it must not call it.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...rest: readonly unknown[]) => ask(callActor, [name, rest]);
    },
  }) as Actor<T>;
}

/** What a call of an actor fails with. */
function lost(error: unknown, label: string, { name }: Home): unknown {
  if (!(error instanceof BrambleError) || error.code !== "WORKER_LOST") return error;
  return new BrambleError("WORKER_LOST", `${label} is gone with its worker ${name}: ${error.message}`, {
    cause: error,
  });
}
