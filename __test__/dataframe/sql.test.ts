import { dataframe } from "bramble";
import { describe, expect, it } from "vitest";
import { loadDriver } from "../../src/dataframe/sql/driver.js";
import { expectRejection } from "../support/errors.js";

// What databases answer is tested with them, by `npm run test:peers`.
describe("tables of databases", () => {
  it("say which package is missing", async () => {
    await expect(loadDriver("no-such-package-of-anybody", "A test")).rejects.toMatchObject({
      code: "NOT_INSTALLED",
      message: expect.stringContaining("npm install no-such-package-of-anybody") as string,
    });
  });

  it("have an address, and a key if there are to be pieces", async () => {
    const { readSQL } = dataframe;
    await expectRejection(readSQL("t", "mysql://host/base"), "INVALID_ARGUMENT", "`url`");
    await expectRejection(readSQL("", "sqlite:a.db"), "INVALID_ARGUMENT", "`query`");
    await expectRejection(
      readSQL("t", "sqlite:a.db", { npartitions: 2 }),
      "INVALID_ARGUMENT",
      "`options.key`",
    );
    await expectRejection(readSQL("t", "sqlite:/no/such/file.db"), "FILE_NOT_FOUND", "/no/such/file.db");
    const wrong = { ifExists: "update" } as object;
    await expectRejection(
      dataframe.fromRecords([{ a: 1 }]).toSQL("t", "sqlite:a.db", wrong),
      "INVALID_ARGUMENT",
      "ifExists",
    );
    expect(Object.keys(dataframe)).toContain("readSQL");
  });
});
