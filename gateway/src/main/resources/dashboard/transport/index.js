/** The transports the page can choose from, by the name that stands in its address. */
import { pollingCarrier, websocketCarrier } from './engineio.js';
import { connectOver } from './socketio.js';
import { connect as connectSse } from './sse.js';
import { connect as connectWebSocket } from './websocket.js';

/** @type {Readonly<Record<string, (options: import('./websocket.js').ConnectOptions) => {close: () => void}>>} */
export const TRANSPORTS = Object.freeze({
  websocket: connectWebSocket,
  sse: connectSse,
  'socketio-websocket': connectOver(websocketCarrier),
  'socketio-polling': connectOver(pollingCarrier),
});
