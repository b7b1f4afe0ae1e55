import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { useSmallCluster } from "../support/small-cluster.js";

const place = globalThis as { plugins?: string[] };

describe("the process of a scheduler", () => {
  const small = useSmallCluster();

  it("calls functions", async () => {
    const { client } = small;
    expect(await client.runOnScheduler(() => process.pid)).toBe(process.pid);
    const sum = await client.runOnScheduler(async (...all: number[]) => all.reduce((a, b) => a + b), 1, 2, 3);
    expect(sum).toBe(6);
    const many = Array.from({ length: 50 }, (_, n) => client.runOnScheduler((m: number) => m * m, n));
    expect(await Promise.all(many)).toEqual(many.map((_, n) => n * n));
    const long = await client.runOnScheduler(
      (data: Float64Array) => data.map((x) => 2 * x),
      new Float64Array(1e6).fill(4),
    );
    expect([long.length, long[999_999]]).toEqual([1e6, 8]);
  });

  it("says what they throw, and what is no function", async () => {
    const { client } = small;
    const fail = (): never => {
      throw new RangeError("too far");
    };
    await expect(client.runOnScheduler(fail)).rejects.toThrow(new RangeError("too far"));
    await expectRejection(client.runOnScheduler(7 as never), "INVALID_ARGUMENT", "fn");
  });

  it("has plugins", async () => {
    const { client, cluster } = small;
    place.plugins = [];
    const plugin = (greeting: string) => ({
      name: "greeter",
      setup: ({ address }: { address: string }) => {
        (globalThis as { plugins?: string[] }).plugins?.push(`${greeting} from ${address}`);
      },
      teardown: () => {
        (globalThis as { plugins?: string[] }).plugins?.push("gone");
      },
    });
    await client.registerSchedulerPlugin(plugin("hello"));
    await client.registerSchedulerPlugin(plugin("hi"));
    await client.unregisterSchedulerPlugin("greeter");
    await client.unregisterSchedulerPlugin("greeter");
    const { address } = cluster;
    expect(place.plugins).toEqual([`hello from ${address}`, "gone", `hi from ${address}`, "gone"]);
    const setup = (): never => {
      throw new RangeError("no database");
    };
    await expect(client.registerSchedulerPlugin({ name: "failing", setup })).rejects.toThrow("no database");
    await expectRejection(client.registerSchedulerPlugin({ name: "" }), "INVALID_ARGUMENT", "plugin.name");
  });
});
