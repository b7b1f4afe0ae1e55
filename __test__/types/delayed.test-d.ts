// Checked by the compiler alone: what the types of delayed values say.

import { array, compute, type Delayed, delayed, type NDArray, task } from "bramble";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if both types are the same. */
function same<A, B>(_check: Equal<A, B>): void {}

// A delayed function takes values, delayed ones, arrays, and structures with such in them.
const inc = delayed((x: number) => x + 1);
const sum = delayed((xs: readonly number[]) => xs.length);
const one = inc(1);
const two = inc(one);
const total = sum([one, two, 3]);
same<typeof one, Delayed<number>>(true);
same<typeof two, Delayed<number>>(true);
same<typeof total, Delayed<number>>(true);
inc(array.ones(4).sum());
// @ts-expect-error -- A text is no number.
inc("1");
// @ts-expect-error -- Nor is a delayed one.
inc(delayed(() => "1")());

// A promise is awaited.
const text = delayed(async (x: number) => String(x))(one);
same<typeof text, Delayed<string>>(true);

// Properties and methods of what it will be.
const row = delayed(() => ({ name: "a", tags: ["x"] }))();
const name = row.get("name");
const tag = row.get("tags").get(0);
const repeated = name.call("repeat", one);
same<typeof name, Delayed<string>>(true);
same<typeof tag, Delayed<string>>(true);
same<typeof repeated, Delayed<string>>(true);
// @ts-expect-error -- Strings have no such method.
name.call("nothing");

// It computes to the value, and is no promise.
const computed = total.compute();
same<typeof computed, Promise<number>>(true);
same<"then" extends keyof typeof total ? true : false, false>(true);

// Several at once, in any structure.
const x = array.ones([2, 2], { dtype: "float32" });
const several = compute(one, { total: x.sum(), names: [name] as const, plain: 1 });
same<Awaited<typeof several>[0], number>(true);
same<Awaited<typeof several>[1]["total"], number>(true);
same<Awaited<typeof several>[1]["names"], [string]>(true);

// Arrays of delayed values.
const y = array.fromDelayed(delayed(() => Float32Array.of(1, 2))(), { shape: [2], dtype: "float32" });
const elements = y.compute();
same<typeof elements, Promise<NDArray<"float32">>>(true);

// `task` changes no type.
const factor = 2;
const scale = task((value: number) => value * factor, { captures: { factor } });
same<typeof scale, (value: number) => number>(true);
