import { array, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/errors.js";

describe("resultType", () => {
  it.each([
    [["int32", "float32"], "float64"],
    [["int8", "uint8"], "int16"],
    [["float32", 3], "float32"],
    [["int8", 2.5], "float64"],
    [["float32", 2.5], "float32"],
    [["complex64", "float64"], "complex128"],
    [[true], "bool"],
    [[3], "float64"],
    [[3n], "int64"],
  ] as const)("of %s is %s", (operands, expected) => {
    expect(array.resultType(...(operands as [3]))).toBe(expected);
  });

  it("takes arrays", () => {
    expect(array.resultType(array.ones(3, { dtype: "uint8" }), array.ones(3, { dtype: "int8" }))).toBe(
      "int16",
    );
  });

  it("names what has no dtype", () => {
    expectError(() => array.resultType(), "INVALID_ARGUMENT", "`operands`");
    expectError(() => array.resultType("int7" as never), "INVALID_ARGUMENT", "`operands[0]`");
  });
});

describe("iscomplexobj", () => {
  it("tells by the dtype", () => {
    expect(array.iscomplexobj(array.ones(2, { dtype: "complex64" }))).toBe(true);
    expect(array.iscomplexobj(array.ones(2))).toBe(false);
    expectError(() => array.iscomplexobj(3 as never), "INVALID_ARGUMENT", "`x`");
  });
});

describe("unifyChunks", () => {
  it("cuts axes of the same name alike", async () => {
    const [x, y] = [array.ones([10, 6], { chunks: [5, 6] }), array.arange(6, { chunks: 4 })];
    const { chunks, arrays } = array.unifyChunks([
      [x, "ij"],
      [y, "j"],
      [array.ones([1, 6]), "ij"],
    ]);
    expect(chunks).toEqual({ i: [5, 5], j: [4, 2] });
    expect(arrays.map((one) => one.chunks)).toEqual([
      [
        [5, 5],
        [4, 2],
      ],
      [[4, 2]],
      [[1], [4, 2]],
    ]);
    expect(((await arrays[1]?.compute()) as NDArray | undefined)?.data).toEqual(
      Float64Array.of(0, 1, 2, 3, 4, 5),
    );
  });

  it("names what does not fit", () => {
    const [x, y] = [array.ones([10, 6]), array.ones(5)];
    expectError(
      () =>
        array.unifyChunks([
          [x, "ij"],
          [y, "j"],
        ]),
      "SHAPE_MISMATCH",
      "Index j has lengths 6 and 5",
    );
    expectError(() => array.unifyChunks([[x, "i"]]), "SHAPE_MISMATCH", "`arrays[0][1]` names 1 axes");
    expectError(() => array.unifyChunks(3 as never), "INVALID_ARGUMENT", "`arrays`");
  });
});
