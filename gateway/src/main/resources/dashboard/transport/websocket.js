/** Updates over the gateway's own WebSocket protocol, `tickgate.v1.json`. */
import { isFinalError, mayComeBack } from './backoff.js';
import { Link } from './link.js';
import { Positions } from './positions.js';

const SUBPROTOCOL = 'tickgate.v1.json';
const AUTH_ID = 1;
const SUBSCRIBE_ID = 2;

/**
 * What every transport's `connect` takes.
 * @typedef {object} ConnectOptions
 * @property {URL} url where the gateway is, with a trailing slash
 * @property {string[]} channels what to subscribe to
 * @property {string} [token] a JWT
 * @property {(state: import('./link.js').LinkState) => void} onState
 * @property {(update: {channel: string, epoch?: string, seq?: number, data: *, snapshot?: boolean}) => void} onUpdate
 * @property {(message: object) => void} onControl told each message that has `op`
 */

/**
 * Connects, and comes back after losses, until closed or refused for good.
 * @param {ConnectOptions} options
 * @returns {{close: () => void}}
 */
export function connect({ url, channels, token, onState, onUpdate, onControl }) {
  const positions = new Positions();
  let socket = null;
  let retryMs;
  const link = new Link({ open, abandon, onState });

  function open() {
    const address = new URL('ws?heartbeat=message&batch=1', url);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    retryMs = undefined;
    socket = new WebSocket(address, SUBPROTOCOL);
    socket.onopen = greet;
    socket.onmessage = (event) => onFrame(event.data);
    socket.onclose = (event) => onClose(event.code, event.reason);
  }

  function abandon() {
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      socket = null;
    }
  }

  function greet() {
    if (token !== undefined) {
      send({ op: 'auth', id: AUTH_ID, token });
    }
    send({ op: 'subscribe', id: SUBSCRIBE_ID, channels, resume: positions.resume(channels) });
  }

  function send(command) {
    socket.send(JSON.stringify(command));
  }

  function onFrame(text) {
    link.heard();
    if (text.includes('\n')) {
      text.split('\n').filter(Boolean).forEach(onMessage);
    } else {
      onMessage(text);
    }
  }

  function onMessage(text) {
    const message = JSON.parse(text);
    if (message.op !== undefined) {
      onOp(message);
    } else if (message.channel !== undefined) {
      positions.onUpdate(message);
      onUpdate(message);
    }
  }

  function onOp(message) {
    onControl(message);
    switch (message.op) {
      case 'welcome':
        link.watch(message.heartbeat);
        break;
      case 'subscribed':
        positions.onSubscribed(message);
        link.live();
        break;
      case 'gap':
        positions.onGap(message);
        break;
      case 'goaway':
        retryMs = message.retry;
        break;
      case 'error':
        onError(message);
        break;
      default:
    }
  }

  function onError({ id, code }) {
    if (id !== SUBSCRIBE_ID) {
      return;
    }
    if (isFinalError(code)) {
      link.stop(code);
    } else {
      link.lost(code);
    }
  }

  function onClose(code, reason) {
    if (mayComeBack(code)) {
      link.lost(reason || `close ${code}`, retryMs);
    } else {
      link.stop(reason || `close ${code}`);
    }
  }

  link.start();
  return { close: () => link.stop('closed') };
}
