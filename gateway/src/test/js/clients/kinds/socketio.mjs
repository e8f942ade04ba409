/** A client of `/socket.io/` on socket.io-client, in Node and in a page, over the transports that it is told. */
import { until } from '../gateway.mjs';
import { Stay } from './stay.mjs';

const EVENTS = { price: 'price_update', order: 'order_update', log: 'log_update', user: 'notification' };
const ALL_EVENTS = ['connected', 'control', 'bench_update', ...Object.values(EVENTS)];

class SocketIoStay extends Stay {
  #socket;

  constructor(socket) {
    super();
    this.#socket = socket;
    if (socket.onAny === undefined) {
      // Generation 2 hands out only what is asked for by name.
      ALL_EVENTS.forEach((event) => socket.on(event, (...args) => this.#onEvent(event, args)));
    } else {
      socket.onAny((event, ...args) => this.#onEvent(event, args));
    }
    socket.on('connect_error', (error) => this.controls.push({ op: 'connect_error', message: error.message }));
  }

  #onEvent(event, args) {
    if (event === 'connected' || event === 'control') {
      this.controls.push(event === 'connected' ? { op: event, ...args[0] } : args[0]);
      return;
    }
    const [data] = args;
    const kind = data.channel.slice(0, data.channel.indexOf(':'));
    const expected = EVENTS[kind] ?? `${kind}_update`;
    if (args.length !== 1 || event !== expected) {
      this.faults.push(`${data.channel} came as '${event}' with ${args.length} arguments`);
    }
    this.onUpdate({ channel: data.channel, data });
  }

  /** What was agreed in the opening handshake of its WebSocket. */
  get extensions() {
    return this.#socket.io.engine.transport.ws.extensions;
  }

  /** Emits and waits for the acknowledgement. */
  async ask(event, ...args) {
    let answer;
    this.#socket.emit(event, ...args, (ack) => {
      answer = ack;
    });
    return until(() => answer, () => JSON.stringify({ event, args, controls: this.controls }));
  }

  async subscribe(channels) {
    const answer = await this.ask('subscribe', { channels });
    this.granted.push(...(answer.channels ?? []).map(({ channel }) => channel));
    this.refused.push(...(answer.refused ?? []));
  }

  async unsubscribe(channels) {
    const answer = await this.ask('unsubscribe', channels);
    if (answer.ok !== true) {
      this.faults.push(`unsubscribing was answered ${JSON.stringify(answer)}`);
    }
  }

  /** Waits until it is carried by this. */
  carriedBy(transport) {
    const carrier = () => this.#socket.io.engine.transport.name;
    return until(() => carrier() === transport, carrier);
  }

  async close() {
    this.#socket.disconnect();
  }
}

export class SocketIoClient {
  #io;
  #transports;
  #tokenOption = 'auth';

  /**
   * @param {typeof import('socket.io-client').io} io
   * @param {...('polling' | 'websocket')} transports the first is begun with, the last is come to
   */
  constructor(io, ...transports) {
    this.#io = io;
    this.#transports = transports;
  }

  /** One of generation 2, which has no payload of CONNECT to put a token into. */
  static ofGeneration2(io, ...transports) {
    const client = new SocketIoClient(io, ...transports);
    client.#tokenOption = 'query';
    return client;
  }

  async open(gateway, { channels = [], token } = {}) {
    const stay = new SocketIoStay(
      this.#io(gateway.url, {
        transports: this.#transports,
        [this.#tokenOption]: token === undefined ? {} : { token },
        forceNew: true,
        reconnection: false,
      }),
    );
    await stay.control('connected');
    await stay.carriedBy(this.#transports.at(-1));
    if (channels.length > 0) {
      await stay.subscribe(channels);
    }
    return stay;
  }

  async complaints(gateway) {
    const stay = await this.open(gateway);
    const unknown = await stay.ask('shout', 1);
    const noChannels = await stay.ask('subscribe', 7);
    const served = await stay.ask('subscribe', `price:${gateway.name()}`);
    await stay.close();
    return [unknown.code, noChannels.code, served.ok];
  }

  expectedComplaints = ['bad_request', 'bad_request', true];

  end() {}
}
