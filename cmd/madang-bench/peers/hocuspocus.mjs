// A Hocuspocus as its documentation sets it up: SQLite, and Redis if there are
// several nodes. Everything else is its default.
import { Server } from "@hocuspocus/server";
import { SQLite } from "@hocuspocus/extension-sqlite";
import { Redis } from "@hocuspocus/extension-redis";

const extensions = [new SQLite({ database: process.env.DATABASE })];
if (process.env.REDIS_PORT) {
  extensions.push(new Redis({ host: "127.0.0.1", port: Number(process.env.REDIS_PORT) }));
}
const server = new Server({ address: "127.0.0.1", port: 0, quiet: true, extensions });
await server.listen();
console.log(`listening on http://127.0.0.1:${server.address.port}`);
