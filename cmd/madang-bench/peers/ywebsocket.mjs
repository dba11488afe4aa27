// @y/websocket-server as its own command starts it, with LevelDB in YPERSISTENCE;
// but on any free port, which it says.
import http from "node:http";
import WebSocket from "ws"; // the version that it brings with it
import { setupWSConnection } from "@y/websocket-server/utils";

const sockets = new WebSocket.Server({ noServer: true });
sockets.on("connection", setupWSConnection);
const server = http.createServer((_request, response) => response.end("okay"));
server.on("upgrade", (request, socket, head) =>
  sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws, request)));
server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
