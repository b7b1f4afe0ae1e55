import { recognise, remember } from "../functions/identity.js";
import { intrinsicAt } from "../functions/intrinsics.js";
import { loadedModule, valueOfModule } from "../functions/load.js";
import { type Interop, ModuleReference } from "../functions/modules.js";
import type { OwnParts } from "../functions/parts.js";
import { type ArrivedSource, type Revived, revive } from "../functions/revive.js";
import { noteArrival } from "../functions/surroundings.js";
import { BASE } from "./encode-instance.js";
import { type ErrorParts, makeError } from "./make-error.js";
import { knownClass, knownFunction } from "./known.js";
import { Memory } from "./memory.js";
import { type Plain, readPlain } from "./plain.js";
import { type Item, malformed, Reader } from "./reader.js";
import { symbolNamed } from "./symbols.js";
import type { Tables } from "./tables.js";
import { type Encoded, KIND, type Kind } from "./wire.js";

type Class = new (...args: never[]) => object;

/** How values are made from what arrived. */
export interface DecodeOptions {
  /** Whether functions that were made in this thread are made again, as they would be in another. Default false. */
  readonly asForeign?: boolean | undefined;
}

/** Reads one value, whose modules are loaded. */
export class Decoder {
  readonly #reader: Reader;
  readonly #tables: Tables;
  readonly #memory: Memory;
  readonly #asForeign: boolean;
  /** Objects by their numbers. */
  readonly #objects: unknown[] = [];
  #functions = 0;

  constructor({ head, buffers }: Encoded, tables: Tables, { asForeign = false }: DecodeOptions = {}) {
    this.#reader = new Reader(head);
    this.#tables = tables;
    this.#memory = new Memory(buffers, tables.places);
    this.#asForeign = asForeign;
  }

  /** The next value. */
  value(): unknown {
    return this.#valueOf(this.#reader.next());
  }

  #valueOf(item: Item): unknown {
    switch (item.is) {
      case "value":
        return item.value;
      case "ref":
        return this.#object(item.number);
      case "map":
        return this.#properties(this.#numbered({}), item.count);
      case "array":
        return this.#array(item.count);
    }
  }

  #object(number: number): unknown {
    if (number >= this.#objects.length)
      throw malformed(`a reference to an object ${number} that is yet to come`);
    return this.#objects[number];
  }

  #numbered<T>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  #array(count: number): unknown {
    const kind = count > 0 ? this.#reader.kind() : undefined;
    if (kind !== undefined) return this.#composite(kind, count - 1);
    const array = this.#numbered([] as unknown[]);
    for (let index = 0; index < count; index += 1) array.push(this.value());
    return array;
  }

  /** Reads the entries of something composite. */
  #composite(kind: Kind, count: number): unknown {
    switch (kind) {
      case KIND.map:
        return this.#entries(this.#numbered(new Map()), count);
      case KIND.set:
        return this.#items(this.#numbered(new Set()), count);
      case KIND.sparseArray:
        return this.#sparseArray();
      case KIND.nullObject:
        return this.#properties(this.#numbered(Object.create(null) as object), this.#count("map"));
      case KIND.date:
        return this.#numbered(new Date(this.value() as number));
      case KIND.regexp:
        return this.#regexp();
      case KIND.boxed:
        return this.#numbered(Object(this.value()) as object);
      case KIND.symbol:
        return symbolNamed(this.value() as string);
      case KIND.view:
        return this.#numbered(this.#memory.view(this.value() as string, this.value() as number));
      case KIND.instance:
        return this.#instance();
      case KIND.error:
        return this.#error();
      case KIND.function:
        return this.#function();
      case KIND.bound:
        return this.#bound();
      case KIND.module:
        return this.#module();
      case KIND.intrinsic:
        return intrinsicAt(readPlain(this.#reader) as readonly string[]);
      case KIND.known:
        return this.#known();
      case KIND.knownFunction:
        return knownFunction(this.value() as string);
      case KIND.objectOf:
        return this.#objectOf();
      default:
        throw malformed(`something of kind ${String(kind)}`);
    }
  }

  /** The number of entries of what begins here. */
  #count(is: "array" | "map"): number {
    const item = this.#reader.next();
    if (item.is !== is) throw malformed(`a ${item.is} where a ${is} should be`);
    return item.count;
  }

  /** Gives an object its properties. Defined, not assigned: the object may have setters. */
  #properties<T extends object>(object: T, count: number): T {
    for (let index = 0; index < count; index += 1) {
      const key = this.value() as string | symbol;
      const value = this.value();
      if (key === "__proto__" || key in object) {
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      } else {
        (object as Record<string | symbol, unknown>)[key] = value;
      }
    }
    return object;
  }

  #entries(map: Map<unknown, unknown>, count: number): Map<unknown, unknown> {
    for (let index = 0; index < count; index += 2) map.set(this.value(), this.value());
    return map;
  }

  #items(set: Set<unknown>, count: number): Set<unknown> {
    for (let index = 0; index < count; index += 1) set.add(this.value());
    return set;
  }

  #sparseArray(): unknown[] {
    const length = this.value() as number;
    const array = this.#numbered([] as unknown[]);
    array.length = length;
    return this.#properties(array, this.#count("map"));
  }

  #regexp(): RegExp {
    const [source, flags, lastIndex] = [this.value(), this.value(), this.value()] as [string, string, number];
    const regexp = new RegExp(source, flags);
    regexp.lastIndex = lastIndex;
    return this.#numbered(regexp);
  }

  #instance(): unknown {
    const constructor = this.value() as Class;
    const item = this.#reader.next();
    if (item.is === "ref") return this.#object(item.number);
    const base = this.value() as number;
    const object = this.#numbered(emptyInstance(constructor, base));
    const contents = Array.from({ length: this.#count("array") }, () => this.value());
    fill(object, base, contents);
    return this.#properties(object, this.#count("map"));
  }

  #objectOf(): unknown {
    const prototype = this.value() as object;
    const item = this.#reader.next();
    if (item.is === "ref") return this.#object(item.number);
    const object = this.#numbered(Object.create(prototype) as object);
    return this.#properties(object, item.is === "map" ? item.count : 0);
  }

  #error(): unknown {
    const constructor = this.value() as Class;
    const item = this.#reader.next();
    if (item.is === "ref") return this.#object(item.number);
    // The error has its number before its details, which may lead back to it.
    const place = this.#objects.push(undefined) - 1;
    const texts = { name: this.value(), message: this.value(), stack: this.value() } as ErrorParts;
    const error = makeError(constructor, texts);
    this.#objects[place] = error;
    const count = this.#count("map");
    for (let index = 0; index < count; index += 1) {
      const [key, value] = [this.value() as string, this.value()];
      const enumerable = key !== "cause" && key !== "errors";
      Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
    }
    return error;
  }

  #function(): unknown {
    const source = readDefinition(readPlain(this.#reader));
    const [origin, url, line] = this.#tables.functions[this.#functions] ?? ["", null, 0];
    this.#functions += 1;
    const eager = Array.from({ length: this.#count("array") }, () => this.value());
    const item = this.#reader.next();
    if (item.is === "ref") return this.#object(item.number);
    const known = this.#asForeign ? undefined : recognise(origin, source.isClass);
    const { fn, assign } = known === undefined ? revive({ ...source, url, line }, eager) : asItIs(known);
    this.#numbered(fn);
    if (known === undefined) {
      noteArrival(fn, url, line);
      if (!this.#asForeign) remember(fn, origin);
    }
    assign(source.lazy.map(() => this.value()));
    const own = this.value() as [OwnParts["properties"], OwnParts["methods"], OwnParts["parent"]] | null;
    if (own !== null && known === undefined) giveOwn(fn, own);
    return fn;
  }

  #bound(): unknown {
    const target = this.value() as CallableFunction;
    const self = this.value();
    const args = this.value() as unknown[];
    return this.#numbered(Function.prototype.bind.call(target, self, ...args) as unknown);
  }

  #module(): unknown {
    const module = this.#tables.modules[this.value() as number];
    const [name, interop] = readPlain(this.#reader) as readonly [string | null, Interop];
    if (module === undefined) throw malformed("a module that no table names");
    return valueOfModule(loadedModule(module), new ModuleReference(module.source, name, interop));
  }

  #known(): unknown {
    const name = this.value() as string;
    const make = knownClass(name)?.make;
    if (make === undefined) throw malformed(`an instance of ${name}`);
    return this.#numbered(make(this.value() as never));
  }
}

function readDefinition(plain: Plain): Omit<ArrivedSource, "url" | "line"> {
  const [name, code, isStrict, isClass, helpers, eager, lazy] = plain as readonly unknown[];
  return { name, code, isStrict, isClass, helpers, eager, lazy } as Omit<ArrivedSource, "url" | "line">;
}

/** A function that is here already keeps its variables. */
function asItIs(fn: CallableFunction): Revived {
  return { fn, assign: () => undefined };
}

function giveOwn(
  fn: CallableFunction,
  [properties, methods, parent]: [object, object, object | undefined],
): void {
  Object.assign(fn, properties);
  const { prototype } = fn;
  if (typeof prototype !== "object" || prototype === null) return;
  if (parent !== undefined) Object.setPrototypeOf(prototype, parent);
  Object.assign(prototype, methods);
}

/** An instance without anything in it, whose constructor was not called. */
function emptyInstance(constructor: Class, base: number): object {
  switch (base) {
    case BASE.map:
      return Reflect.construct(Map, [], constructor) as object;
    case BASE.set:
      return Reflect.construct(Set, [], constructor) as object;
    case BASE.array:
      return Reflect.construct(Array, [], constructor) as object;
    case BASE.date:
      return Reflect.construct(Date, [0], constructor) as object;
    default:
      return Object.create(constructor.prototype as object) as object;
  }
}

/** Fills a collection by the methods of its base class, since those of its own may do more. */
function fill(object: object, base: number, contents: readonly unknown[]): void {
  switch (base) {
    case BASE.map:
      for (let index = 0; index < contents.length; index += 2) {
        Map.prototype.set.call(object, contents[index], contents[index + 1]);
      }
      break;
    case BASE.set:
      for (const item of contents) Set.prototype.add.call(object, item);
      break;
    case BASE.array:
      Array.prototype.push.apply(object, contents as unknown[]);
      break;
    case BASE.date:
      Date.prototype.setTime.call(object, contents[0] as number);
      break;
    default:
  }
}
