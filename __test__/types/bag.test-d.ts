// Checked by the compiler alone: what the types of bags say.

import { type Bag, bag, delayed, type Item } from "bramble";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if both types are the same. */
function same<A, B>(_check: Equal<A, B>): void {}

const numbers = bag.fromSequence([1, 2, 3]);
const people = bag.fromSequence([{ name: "Ada", age: 36 }]);
same<typeof numbers, Bag<number>>(true);

// Functions decide what the items are; promises are awaited.
const texts = numbers.map(async (x) => String(x));
same<typeof texts, Bag<string>>(true);
const lists = texts.map((text) => text.split("")).flatten();
same<typeof lists, Bag<string>>(true);
const names = people.pluck("name");
same<typeof names, Bag<string>>(true);
const pairs = people.pluck(["name", "age"]);
same<typeof pairs, Bag<[string, number]>>(true);
numbers.map(String).map(JSON.parse);
// @ts-expect-error -- A function of texts is none of numbers.
numbers.map((text: string) => text.length);

// Guards narrow.
const some = bag.fromSequence([1, "a"]).filter((item): item is string => typeof item === "string");
same<typeof some, Bag<string>>(true);

// Further arguments are values, bags or delayed values.
const scaled = numbers.map(
  (x, factor: number, text: string) => text + x * factor,
  delayed((x: number) => x)(2),
  texts,
);
same<typeof scaled, Bag<string>>(true);
// @ts-expect-error -- A text is no factor.
numbers.map((x, factor: number) => x * factor, "2");

// What a bag comes to.
const sum = numbers.sum();
same<typeof sum, Item<number>>(true);
const total = bag.fromSequence([1n]).sum();
same<typeof total, Item<bigint>>(true);
const counts = texts.frequencies();
same<typeof counts, Bag<[item: string, count: number]>>(true);
const zipped = numbers.zip(texts);
same<typeof zipped, Bag<[number, string]>>(true);
const all = numbers.compute();
same<typeof all, Promise<number[]>>(true);
const folded = numbers.fold((list: number[], x) => [...list, x], { initial: [] as number[] });
same<typeof folded, Item<number[]>>(true);

// A bag of more is one of less.
const anything: Bag = numbers;
void anything;
