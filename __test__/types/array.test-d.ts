// Checked by the compiler alone: what the types of arrays say.

import { array, complex, type DType, type LazyArray, NDArray } from "bramble";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if both types are the same. */
function same<A, B>(_check: Equal<A, B>): void {}

const f64 = array.ones([2, 3]);
const f32 = array.ones([2, 3], { dtype: "float32" });
const i8 = array.zeros(4, { dtype: "int8" });
const u8 = array.zeros(4, { dtype: "uint8" });
const i64 = array.arange(4n);
const bool = f64.greater(0);
declare const someNumber: number;

same<typeof f64, LazyArray<"float64", "array">>(true);
same<typeof i64, LazyArray<"int64", "array">>(true);
same<typeof bool, LazyArray<"bool", "array">>(true);

// Promotion.
same<(typeof mixed)["dtype"], "int16">(true);
const mixed = i8.add(u8);
same<(typeof wide)["dtype"], "float64">(true);
const wide = i64.add(f32);
same<(typeof functional)["dtype"], "int16">(true);
const functional = array.multiply(u8, i8);

// Numbers outside of arrays adapt.
same<(typeof whole)["dtype"], "int8">(true);
const whole = i8.add(1);
same<(typeof fraction)["dtype"], "float64">(true);
const fraction = i8.add(0.5);
same<(typeof unknown)["dtype"], "int8" | "float64">(true);
const unknown = i8.add(someNumber);
same<(typeof narrow)["dtype"], "float32">(true);
const narrow = f32.multiply(0.5).add(1n).add(true);
same<(typeof counted)["dtype"], "int64">(true);
const counted = bool.add(1);
same<(typeof flipped)["dtype"], "int8">(true);
const flipped = array.subtract(1, i8);
same<(typeof turned)["dtype"], "complex64">(true);
const turned = f32.multiply(complex(0, 1));
same<(typeof sizes)["dtype"], "float32">(true);
const sizes = turned.absolute();
same<(typeof numbers)["dtype"], "complex128">(true);
const numbers = array.fromArray([complex(1, 2)]);

// Rules of operations.
same<(typeof quotient)["dtype"], "float64">(true);
const quotient = i8.divide(u8);
same<(typeof root)["dtype"], "float32">(true);
const root = f32.sqrt();
same<(typeof squares)["dtype"], "int8">(true);
const squares = bool.square();

// Reductions, and what is known of the number of axes.
same<typeof total, LazyArray<"int64", "scalar">>(true);
const total = i8.sum();
same<typeof kept, LazyArray<"float32", "array">>(true);
const kept = f32.mean({ axis: 0, keepdims: true });
same<typeof reduced, LazyArray<"uint8", "scalar" | "array">>(true);
const reduced = u8.max({ axis: 0 });
same<typeof sliced, LazyArray<"float64", "array">>(true);
const sliced = f64.slice("1:", null);
same<typeof indexed, LazyArray<"float64", "scalar" | "array">>(true);
const indexed = f64.slice(0);

// Results.
same<Awaited<ReturnType<typeof total.compute>>, bigint>(true);
same<Awaited<ReturnType<typeof f32.compute>>, NDArray<"float32">>(true);
same<NDArray<"float32">["data"], Float32Array>(true);
same<ReturnType<NDArray<"bool">["get"]>, boolean>(true);
const several = array.compute(i8.min(), f64, { scheduler: "sync" });
same<Awaited<typeof several>, [number, NDArray<"float64">]>(true);

// Sources.
same<typeof memory, LazyArray<"int16", "array">>(true);
const memory = array.fromArray(new Int16Array(4), { shape: [2, 2] });
same<typeof bytes, LazyArray<"bool", "array">>(true);
const bytes = array.fromArray(new Uint8Array(4), { dtype: "bool" });
same<typeof nested, LazyArray<"float64", "array">>(true);
const nested = array.fromArray([
  [1, 2],
  [3, 4],
]);
same<typeof single, LazyArray<"int64", "scalar">>(true);
const single = array.fromArray(5n);
same<typeof again, LazyArray<"float32", "array">>(true);
const again = array.fromArray(new NDArray<"float32">(new Float32Array(2)));
same<typeof chosen, LazyArray<"float32", "array">>(true);
const chosen = array.where(bool, f32, 0);

// Any array is a `LazyArray`.
const anything: LazyArray[] = [f64, i8, total, reduced];
const anyNumber: LazyArray<"int8" | "float64"> = i8;
export { anyNumber, anything };

// @ts-expect-error -- An array is not a string.
i8.add("1");
// @ts-expect-error -- There is no such dtype.
array.ones(3, { dtype: "float16" });
// @ts-expect-error -- An array of float64 is none of float32.
const _wrong: LazyArray<"float32"> = f64;

// Shapes.
same<typeof flat, LazyArray<"float32", "array">>(true);
const flat = f32.reshape([3, 2]).T.ravel();
same<typeof point, LazyArray<"float32", "scalar">>(true);
const point = f32.slice("0:1", "0:1").reshape([]);
same<typeof joined, LazyArray<"int8", "array">>(true);
const joined = array.concatenate([i8, i8.add(1)]);
same<(typeof mixedJoin)["dtype"], DType>(true);
const mixedJoin = array.stack([i8, u8]);
same<(typeof appended)["dtype"], "int16">(true);
const appended = array.append(i8, u8);
same<(typeof ramp)["dtype"], "int32">(true);
const ramp = array.linspace(0, 9, 10, { dtype: "int32" });
same<typeof both, [LazyArray<"int8">, LazyArray<"float64">]>(true);
const both = array.broadcastArrays(i8, 2.5);
// @ts-expect-error There is no such mode.
array.pad(f64, 1, { mode: "mirror" });
