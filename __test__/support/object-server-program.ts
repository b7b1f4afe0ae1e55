// An object server as a process of its own, for programs that wait for it without giving their thread back.

import { type Failure, type ObjectServerOptions, startObjectServer } from "./object-server.js";

/** What the program that started it asks for. */
export type ObjectServerRequest =
  | { readonly put: readonly (readonly [path: string, object: Uint8Array])[] }
  | { readonly remove: string }
  | { readonly fail: readonly Failure[] }
  | { readonly refuseParts: number }
  | "log"
  | "objects"
  | "uploads";

const server = await startObjectServer(JSON.parse(process.argv[2] ?? "{}") as ObjectServerOptions);

function answer(request: ObjectServerRequest): unknown {
  if (request === "log") return server.log.splice(0);
  if (request === "objects")
    return [...server.objects].map(([path, object]) => [path, new Uint8Array(object)]);
  if (request === "uploads") return [...server.uploads.keys()];
  if ("put" in request)
    for (const [path, object] of request.put) server.objects.set(path, Buffer.from(object));
  if ("remove" in request) server.objects.delete(request.remove);
  if ("refuseParts" in request) server.refuseParts(request.refuseParts);
  if ("fail" in request) server.failures.push(...request.fail);
  return undefined;
}

process.on("message", (request: ObjectServerRequest) => process.send?.({ answer: answer(request) }));
process.on("disconnect", () => process.exit());
process.send?.({ answer: server.url });
