// The actors of this worker, in the thread that makes no tasks.

import { BrambleError } from "../../errors.js";
import { learn } from "../../values/known.js";

const actors = new Map<string, object>();

/** Makes an actor. */
export async function createActor(
  id: string,
  make: new (...args: readonly unknown[]) => object,
  args: readonly unknown[],
): Promise<void> {
  actors.set(id, new make(...args));
}

/** Calls a method of an actor. */
export async function callActor(id: string, method: string, args: readonly unknown[]): Promise<unknown> {
  const actor = actorOf(id) as Record<string, unknown>;
  const fn = actor[method];
  if (typeof fn !== "function")
    throw new BrambleError("INVALID_ARGUMENT", `${actor.constructor.name} has no method ${method}`);
  return Reflect.apply(fn, actor, args);
}

/** A field of an actor. */
export async function readActor(id: string, field: string): Promise<unknown> {
  return (actorOf(id) as Record<string, unknown>)[field];
}

/** Forgets an actor. */
export async function releaseActor(id: string): Promise<void> {
  actors.delete(id);
}

function actorOf(id: string): object {
  const actor = actors.get(id);
  if (actor === undefined) throw new BrambleError("WORKER_LOST", "The actor was released");
  return actor;
}

let isLearnt = false;

/** Lets these functions travel. */
export function learnActors(): void {
  if (isLearnt) return;
  isLearnt = true;
  learn("actors", { createActor, callActor, readActor, releaseActor });
}
