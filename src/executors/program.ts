import { learnTasks } from "../bag/tasks/index.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import type { NativeProgram } from "../native/binding.js";
import { encode } from "../values/index.js";
import type { Link } from "../values/trail.js";
import { isOurs } from "../values/written-at.js";
import { type ArgumentColumns, fromColumns, toColumns } from "./argument-columns.js";
import { pack, unpack, VALUES } from "./codec.js";

/** What calls refer to by number. */
export interface CallTables {
  readonly functions: readonly TaskFunction[];
  readonly args: readonly (readonly Argument[])[];
}

/** What calls of a run refer to, with the names of its layers. */
export interface Program extends CallTables {
  readonly layers: readonly string[];
}

/** What calls refer to, as it travels. */
type ProgramOnWire = Pick<CallTables, "functions"> & ArgumentColumns;

/** Data of so many bytes travel beside the rest: they are copied once, where a worker needs them. */
const LEAST_BESIDE = 2 ** 16;

/**
 * Functions and arguments for executors of this machine, in parts: the first has all but long data, which the others are.
 * Those are no copies.
 *
 * @throws {BrambleError} `CANNOT_TRAVEL`, with what leads to what cannot travel.
 */
export function encodeProgram(tables: CallTables): Uint8Array[] {
  return inParts(tables, ({ buffer, byteLength }) => byteLength >= LEAST_BESIDE && staysInPlace(buffer));
}

/**
 * Functions and arguments for executors elsewhere, in one part.
 *
 * @throws {BrambleError} `CANNOT_TRAVEL`, with what leads to what cannot travel.
 */
export function encodeWholeProgram(tables: CallTables): Uint8Array {
  const [whole = new Uint8Array()] = inParts(tables, () => false);
  return whole;
}

function inParts({ functions, args }: CallTables, isBeside: (data: Uint8Array) => boolean): Uint8Array[] {
  const { head, buffers } = encode({ functions, ...toColumns(args) }, "what the tasks call", firstOfOthers);
  // For each buffer whether it lies beside.
  const [within, beside]: [Uint8Array[], Uint8Array[]] = [[], []];
  const places = Uint8Array.from(buffers, (data) => (isBeside(data) ? 1 : 0));
  for (const [number, data] of buffers.entries()) (places[number] === 1 ? beside : within).push(data);
  return [pack({ head, buffers: [places, ...within] }), ...beside];
}

/** Whether memory can be read by another thread while JavaScript goes on: it does not shrink. */
function staysInPlace(memory: ArrayBufferLike): boolean {
  return memory instanceof ArrayBuffer && (memory as { readonly resizable?: boolean }).resizable !== true;
}

/** The first link of a trail that is not of these tables, nor a function of ours around one of somebody else. */
function firstOfOthers(trail: readonly Link[]): number | undefined {
  const first = trail[0]?.key === "functions" ? 1 : firstValue(trail);
  const around = trail[first]?.value;
  if (typeof around !== "function" || !isOurs(around)) return first;
  const inner = trail.findIndex(
    ({ value }, at) => at > first && typeof value === "function" && !isOurs(value),
  );
  return inner === -1 ? first : inner;
}

/** Which link is the value of an argument, which may lie in lists and records of arguments. */
function firstValue(trail: readonly Link[]): number {
  let at = 1;
  for (;;) {
    const argument = trail[at]?.value;
    if (typeof argument !== "object" || argument === null || "value" in argument) return at + 1;
    // From a list to its entry there are two links, as from a record.
    at += 2;
  }
}

/** Loads what a run of another thread or process calls. */
export async function loadProgram({ parts, layers }: NativeProgram): Promise<Program> {
  learnTasks();
  const [first = new Uint8Array(), ...beside] = parts;
  const { head, buffers } = unpack(first);
  const [places = new Uint8Array(), ...within] = buffers;
  let [nextBeside, nextWithin] = [0, 0];
  const all = Array.from(places, (isBeside) =>
    isBeside === 1 ? beside[nextBeside++] : within[nextWithin++],
  ) as Uint8Array[];
  const { functions, ...columns } = (await VALUES.decode({ head, buffers: all })) as ProgramOnWire;
  return { functions, args: fromColumns(columns), layers };
}

/** Programs of some runs are kept, for several may be under way at the same time. */
const MOST_KEPT = 16;
/** Bytes that they may have; the last one is kept whatever it has. */
const MOST_BYTES = 2 ** 24;

/** The programs of the runs that an executor works for. */
export class Programs {
  readonly #kept = new Map<number, { readonly program: Promise<Program>; readonly bytes: number }>();
  readonly #onForgotten: (run: number) => void;
  #bytes = 0;

  /** @param onForgotten - is told of runs whose programs are kept no more. */
  constructor(onForgotten: (run: number) => void = () => {}) {
    this.#onForgotten = onForgotten;
  }

  /** The program of a run, described when it is first seen, or when it was forgotten. */
  of(run: number, describe: () => NativeProgram): Promise<Program> {
    const known = this.#kept.get(run);
    if (known !== undefined) return known.program;
    const described = describe();
    const bytes = described.parts.reduce((total, { byteLength }) => total + byteLength, 0);
    const program = loadProgram(described);
    this.#kept.set(run, { program, bytes });
    this.#bytes += bytes;
    this.#makeRoom();
    return program;
  }

  #makeRoom(): void {
    for (const [run, { bytes }] of this.#kept) {
      const isRoomy = this.#kept.size <= MOST_KEPT && this.#bytes <= MOST_BYTES;
      if (isRoomy || this.#kept.size === 1) return;
      this.#kept.delete(run);
      this.#bytes -= bytes;
      this.#onForgotten(run);
    }
  }
}
