/** Runs scenarios with a page's own clients. Loaded by a page of the gateway's origin. */
import { BigCommand } from './big-command.mjs';
import { Gateway } from './gateway.mjs';
import { EventSourceClient } from './kinds/eventsource.mjs';
import { SocketIoClient } from './kinds/socketio.mjs';
import { WebSocketClient } from './kinds/websocket.mjs';
import { io } from './node_modules/socket.io-client/dist/socket.io.esm.min.js';
import { run } from './scenarios.mjs';

const CLIENTS = {
  websocket: () => new WebSocketClient(WebSocket),
  eventsource: () => new EventSourceClient(EventSource),
  'socketio-websocket': () => new SocketIoClient(io, 'websocket'),
  'socketio-polling': () => new SocketIoClient(io, 'polling'),
  'socketio-upgrade': () => new SocketIoClient(io, 'polling', 'websocket'),
};

/** Opens a client that later calls find by `window.big`. */
export async function openInPage({ client, ...access }) {
  window.big = await BigCommand.open(new Gateway(access), CLIENTS[client]());
  return window.big.extensions;
}

export async function runInPage({ client, scenarios, ...access }, report) {
  await run(scenarios, new Gateway(access), CLIENTS[client](), report);
}
