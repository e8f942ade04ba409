/** A client of `/ws` on the WebSocket that it is given: npm's `ws` or a page's own. */
import { until } from '../gateway.mjs';
import { Stay } from './stay.mjs';

const SUBPROTOCOL = 'tickgate.v1.json';

class WebSocketStay extends Stay {
  #socket;
  #answers = new Map();
  #lastId = 0;

  /** The close code, once there is one. */
  closed = null;

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#onMessage(JSON.parse(data));
    socket.onclose = ({ code }) => {
      this.closed = code;
    };
    socket.onerror = () => {};
  }

  #onMessage(message) {
    if (message.op === undefined) {
      this.onUpdate(message);
      return;
    }
    this.controls.push(message);
    if (message.id !== undefined) {
      this.#answers.set(message.id, message);
    }
  }

  /** What was agreed in the opening handshake. */
  get extensions() {
    return this.#socket.extensions;
  }

  say(text) {
    this.#socket.send(text);
  }

  /** Sends a command and waits for its answer. */
  ask(command) {
    const id = ++this.#lastId;
    this.say(JSON.stringify({ ...command, id }));
    return until(() => this.#answers.get(id), () => JSON.stringify({ id, closed: this.closed, controls: this.controls }));
  }

  async opened() {
    await this.control('welcome');
    if (this.#socket.protocol !== SUBPROTOCOL) {
      this.faults.push(`the subprotocol is '${this.#socket.protocol}'`);
    }
  }

  async subscribe(channels) {
    const answer = await this.ask({ op: 'subscribe', channels });
    this.granted.push(...answer.channels.map(({ channel }) => channel));
    this.refused.push(...(answer.refused ?? []));
  }

  async unsubscribe(channels) {
    const answer = await this.ask({ op: 'unsubscribe', channels });
    if (answer.op !== 'unsubscribed') {
      this.faults.push(`unsubscribing was answered ${JSON.stringify(answer)}`);
    }
  }

  async close() {
    this.#socket.close(1000);
    await until(() => this.closed !== null, () => 'still open');
  }
}

export class WebSocketClient {
  #WebSocket;

  /** @param {typeof WebSocket} WebSocket */
  constructor(WebSocket) {
    this.#WebSocket = WebSocket;
  }

  async open(gateway, { channels = [], token } = {}) {
    const url = new URL('/ws', gateway.url.replace(/^http/, 'ws'));
    if (token !== undefined) {
      url.searchParams.set('token', token);
    }
    const stay = new WebSocketStay(new this.#WebSocket(url.href, SUBPROTOCOL));
    await stay.opened();
    if (channels.length > 0) {
      await stay.subscribe(channels);
    }
    return stay;
  }

  /** An unknown command costs an answer; what is no JSON the connection, with a code that says not to come back. */
  async complaints(gateway) {
    const stay = await this.open(gateway);
    const unknown = await stay.ask({ op: 'shout' });
    const served = await stay.ask({ op: 'ping' });
    stay.say('{"op":');
    const code = await until(() => stay.closed, () => 'still open');
    return [unknown.code, served.op, code];
  }

  expectedComplaints = ['bad_request', 'pong', 4400];

  end() {}
}
