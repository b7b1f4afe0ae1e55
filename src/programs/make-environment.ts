// The process in which a supervisor has an environment made for a client.

import { type EnvironmentOrder, followFile } from "../env/follow.js";
import { findHome } from "../env/home.js";
import { replyTo } from "./supervisor-channel.js";

// Whoever wanted it is gone: what is half made goes too, as at Ctrl-C.
const giveUp = (): void => void process.kill(process.pid, "SIGTERM");

process.once("disconnect", giveUp);
process.once("message", ({ name, ...order }: EnvironmentOrder) => {
  void replyTo(0, async () => {
    await followFile(findHome(), name, order, order);
  }).then((reply) => {
    process.off("disconnect", giveUp);
    process.send?.(reply, () => process.disconnect());
  });
});
