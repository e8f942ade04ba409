/** One stay of a client at a server, whose events are waited for in turn. Runs in Node and in a page. */
export class Visit {
  #arrived = new Map();
  #waiting = new Map();

  /**
   * @param {{on: Function}} socket of any generation of either library
   * @param {string[]} events that are kept until they are asked for
   */
  constructor(socket, events) {
    this.socket = socket;
    for (const event of events) {
      this.#arrived.set(event, []);
      this.#waiting.set(event, []);
      socket.on(event, (...args) => this.#onEvent(event, args));
    }
  }

  #onEvent(event, args) {
    const waiting = this.#waiting.get(event).shift();
    if (waiting === undefined) {
      this.#arrived.get(event).push(args);
    } else {
      waiting(args);
    }
  }

  /** @returns {Promise<any[]>} the arguments of the first such event that nobody has taken yet */
  next(event) {
    const arrived = this.#arrived.get(event);
    return arrived.length > 0
      ? Promise.resolve(arrived.shift())
      : new Promise((resolve) => this.#waiting.get(event).push(resolve));
  }

  /** What has come and was not asked for. */
  unexpected(event) {
    return this.#arrived.get(event);
  }
}
