/** One generation of socket.io-client on one way. Runs in Node and in a page. */
import { Visit } from './visit.mjs';
import { carriedByLast, heartbeats } from './ways.mjs';

const OWN_EVENTS = ['connect', 'disconnect', 'connect_error', 'error'];
const EVENTS = ['auth', 'message-back', 'connected', 'control', 'price_update'];

export class SocketIoClient {
  #io;
  #generation;
  #way;
  #visits = new Set();

  /**
   * @param {Function} io
   * @param {2 | 3 | 4} generation of the library; 2 speaks Engine.IO 3
   * @param {{transports: string[]}} way
   */
  constructor(io, generation, way) {
    this.#io = io;
    this.#generation = generation;
    this.#way = way;
  }

  /**
   * Begins to connect.
   * @param {string} address of a namespace
   * @param {object} [auth] the payload of CONNECT, which generation 2 has as the query of the namespace
   * @param {object} [options] of the library
   */
  begin(address, auth, options = {}) {
    const told = this.#generation === 2 ? { query: auth } : { auth };
    const socket = this.#io(address, {
      ...this.#way,
      forceNew: true,
      reconnection: false,
      ...(auth === undefined ? {} : told),
      ...options,
    });
    return this.#visit(socket);
  }

  /** Begins to connect to one more namespace of the connection of another. */
  join({ socket }, namespace) {
    // Which connects by itself, as the connection is open.
    return this.#visit(socket.io.socket(namespace));
  }

  #visit(socket) {
    const visit = new Visit(socket, [...OWN_EVENTS, ...EVENTS]);
    this.#visits.add(visit);
    return visit;
  }

  /** Connects, and waits until it is carried by the last transport. */
  async open(address, auth, options) {
    const visit = this.begin(address, auth, options);
    await this.connected(visit);
    await this.settled(visit);
    return visit;
  }

  /** Waits until it is connected. */
  async connected(visit) {
    await Promise.race([
      visit.next('connect'),
      visit.next('connect_error').then(([error]) => Promise.reject(new Error(`not connected: ${error}`))),
    ]);
  }

  settled({ socket }) {
    return carriedByLast(socket.io.engine, this.#way);
  }

  /** Waits until a namespace is refused. @returns {Promise<string>} why */
  async refused(visit) {
    const [error] = await visit.next(this.#generation === 2 ? 'error' : 'connect_error');
    return error.message ?? error;
  }

  /** Whether what it tells a namespace may be any object, and about the main one too. */
  get hasAuth() {
    return this.#generation > 2;
  }

  heartbeats({ socket }, count) {
    return heartbeats(socket.io.engine, this.#generation === 2 ? 'pong' : 'ping', count);
  }

  ask({ socket }, event, ...args) {
    return new Promise((resolve) => socket.emit(event, ...args, (...answer) => resolve(answer)));
  }

  async echo(visit, ...args) {
    visit.socket.emit('message', ...args);
    return visit.next('message-back');
  }

  /** Leaves all that was opened. */
  end() {
    this.#visits.forEach(({ socket }) => socket.io.engine?.close());
    this.#visits.forEach(({ socket }) => socket.disconnect());
  }
}
