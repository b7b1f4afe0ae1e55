// Takes a lock on a cluster, says so, and holds it until it is killed.

import { Client, Lock } from "bramble";

const [address, key] = process.argv.slice(2);
await Client.connect(address, { key });
await new Lock("held").acquire();
process.send("held");
setInterval(() => {}, 1000);
