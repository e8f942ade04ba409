/** One generation of engine.io-client on one way. */
import { Visit } from './visit.mjs';
import { carriedByLast, heartbeats } from './ways.mjs';

export class EngineIoClient {
  #open;
  #sign;
  #way;
  #visits = new Set();

  /**
   * @param {Function} open a socket, given an address and options
   * @param {3 | 4} protocol version
   * @param {{transports: string[]}} way
   */
  constructor(open, protocol, way) {
    this.#open = open;
    this.#sign = protocol === 3 ? 'pong' : 'ping';
    this.#way = way;
  }

  begin(url) {
    const socket = this.#open(url, { path: '/engine.io/', ...this.#way });
    const visit = new Visit(socket, ['open', 'message', 'close', 'error']);
    this.#visits.add(visit);
    return visit;
  }

  /** Connects, and waits until it is carried by the last transport. */
  async open(url) {
    const visit = this.begin(url);
    await this.connected(visit);
    await this.settled(visit);
    return visit;
  }

  async connected(visit) {
    await Promise.race([
      visit.next('open'),
      visit.next('error').then(([error]) => Promise.reject(new Error(`not connected: ${error}`))),
    ]);
  }

  settled({ socket }) {
    return carriedByLast(socket, this.#way);
  }

  heartbeats({ socket }, count) {
    return heartbeats(socket, this.#sign, count);
  }

  async echo(visit, message) {
    visit.socket.send(message);
    const [echoed] = await visit.next('message');
    // So all generations of the library hand out an empty text.
    return echoed ?? '';
  }

  end() {
    this.#visits.forEach(({ socket }) => socket.close());
  }
}
