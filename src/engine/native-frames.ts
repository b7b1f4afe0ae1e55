import { BrambleError, type ErrorCode } from "../errors.js";
import type { Column, Range } from "../generated/frames.js";
import { encode } from "../graph/index.js";
import type { NativeBinding } from "../native/binding.js";
import type { AnyPlan, FrameBackend, FrameSheet, GivenRows, HeldRows } from "./engine.js";
import { withOwnErrors } from "../native/own-errors.js";

/** The part of the addon that executes plans of data frames; undefined if it was built without. */
export function createFrameBackend(binding: NativeBinding): FrameBackend | undefined {
  const { scanFrame, cutFrame, makeFrame, frameSchema, explainFrame, runFrame, dealFrame } = binding;
  const { writeParquetMetadata, holdFrame, NativeRows } = binding;
  if (!scanFrame || !cutFrame || !makeFrame || !frameSchema || !explainFrame || !runFrame || !dealFrame)
    return undefined;
  if (!writeParquetMetadata || !holdFrame || !NativeRows) return undefined;
  /** Where the rows of streams are kept. A room does not refer to its stream, and so goes when the stream does. */
  const rooms = new WeakMap<GivenRows, HeldRows>();
  const roomFor = (stream: GivenRows): HeldRows => {
    const known = rooms.get(stream);
    if (known !== undefined) return known;
    const room = new NativeRows(stream instanceof Uint8Array ? stream.byteLength : 0);
    rooms.set(stream, room);
    return room;
  };
  return {
    scan: (scan) => withOwnErrors(() => JSON.parse(scanFrame(encode(scan))) as FrameSheet),
    cut: async (scan, count) => {
      const { parts = "[]", error } = await withOwnErrors(() => cutFrame(encode(scan), count));
      if (error) throw new BrambleError(error.code as ErrorCode, error.message);
      return JSON.parse(parts) as Range[];
    },
    make: (columns) => withOwnErrors(() => makeFrame(encode(columns))),
    schema: (plan, buffers) =>
      withOwnErrors(() => JSON.parse(frameSchema(encode(plan), buffers)) as Column[]),
    explain: (plan, buffers) => withOwnErrors(() => explainFrame(encode(plan), buffers)),
    run: async (plan, buffers, target, keeps = false) => {
      const wire = target === undefined ? undefined : encode(target);
      const rooms = keeps ? buffers.map(roomFor) : undefined;
      const started = withOwnErrors(() => runFrame(wireOf(plan), buffers, wire, undefined, rooms));
      const { bytes, error } = await started;
      if (error) throw new BrambleError(error.code as ErrorCode, error.message);
      return bytes ?? new Uint8Array();
    },
    hold: async (plan, buffers) => {
      const room = new NativeRows(0);
      const { error } = await withOwnErrors(() =>
        holdFrame(wireOf(plan), buffers, room, buffers.map(roomFor)),
      );
      if (error) throw new BrambleError(error.code as ErrorCode, error.message);
      return room;
    },
    writeParquetMetadata: async (folder, names) => {
      const { error } = await withOwnErrors(() => writeParquetMetadata(folder, [...names]));
      if (error) throw new BrambleError(error.code as ErrorCode, error.message);
    },
    stash: async (plan, buffers, path) => {
      const outcome = await withOwnErrors(() => runFrame(wireOf(plan), buffers, undefined, path));
      const { stashed = { path, offset: 0, length: 0 }, error } = outcome;
      if (error) throw new BrambleError(error.code as ErrorCode, error.message);
      return stashed;
    },
    deal: async (plan, buffers, deal, path) => {
      const started = withOwnErrors(() => dealFrame(wireOf(plan), buffers, encode(deal), path ?? undefined));
      const { shards = [], stashed, error } = await started;
      if (error) throw new BrambleError(error.code as ErrorCode, error.message);
      return stashed ?? shards;
    },
  };
}

function wireOf(plan: AnyPlan): Uint8Array {
  return plan instanceof Uint8Array ? plan : encode(plan);
}
