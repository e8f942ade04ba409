/**
 * Runs scenarios with one of npm's clients:
 * `node npm-clients.mjs '{"client":"ws","scenarios":["user-room"],"url":"http://127.0.0.1:8080","apiKey":"…","jwtSecret":"…","run":"a"}'`.
 * Each result is a line of JSON on standard output.
 */
import { EventSource } from 'eventsource';
import { io } from 'socket.io-client';
import io2 from 'socket.io-client-2';
import { io as io3 } from 'socket.io-client-3';
import WebSocket from 'ws';
import { Gateway } from './gateway.mjs';
import { EventSourceClient } from './kinds/eventsource.mjs';
import { Http2Client } from './kinds/http2.mjs';
import { LongPollClient } from './kinds/longpoll.mjs';
import { SocketIoClient } from './kinds/socketio.mjs';
import { WebSocketClient } from './kinds/websocket.mjs';
import { run } from './scenarios.mjs';

const CLIENTS = {
  ws: () => new WebSocketClient(WebSocket),
  eventsource: () => new EventSourceClient(EventSource),
  http2: () => new Http2Client(),
  longpoll: () => new LongPollClient(),
  'socketio-websocket': () => new SocketIoClient(io, 'websocket'),
  'socketio-polling': () => new SocketIoClient(io, 'polling'),
  'socketio-upgrade': () => new SocketIoClient(io, 'polling', 'websocket'),
  'socketio3-websocket': () => new SocketIoClient(io3, 'websocket'),
  'socketio3-polling': () => new SocketIoClient(io3, 'polling'),
  'socketio3-upgrade': () => new SocketIoClient(io3, 'polling', 'websocket'),
  'socketio2-websocket': () => SocketIoClient.ofGeneration2(io2, 'websocket'),
  'socketio2-polling': () => SocketIoClient.ofGeneration2(io2, 'polling'),
  'socketio2-upgrade': () => SocketIoClient.ofGeneration2(io2, 'polling', 'websocket'),
};

const { client, scenarios, ...access } = JSON.parse(process.argv[2]);
await run(scenarios, new Gateway(access), CLIENTS[client](), (result) => console.log(JSON.stringify(result)));
// Sockets that a failed scenario left open would keep the process.
process.exit(0);
