/** An order as it is kept: what is shown and nothing else, so that a large payload is not held on to. */
function shown(order, id, nowMs) {
  const { symbol, side, type, quantity, filled, price, status } = order;
  return { id, symbol, side, type, quantity, filled, price, status, ts: Number.isFinite(order.ts) ? order.ts : nowMs };
}

/** The newest state of each order, the most recently changed first; the one that changed longest ago is forgotten first. */
export class Orders {
  #byId = new Map();
  #maxOrders;

  /** Rises with every change. */
  version = 0;

  /** @param {number} maxOrders how many are kept */
  constructor(maxOrders) {
    this.#maxOrders = maxOrders;
  }

  /** How many orders are kept. */
  get size() {
    return this.#byId.size;
  }

  /**
   * @param {object} order a payload with an `id`
   * @param {number} nowMs when it was received, used where it has no `ts`
   * @returns {boolean} false when it has no id
   */
  apply(order, nowMs) {
    if (order === null || typeof order !== 'object' || order.id === undefined) {
      return false;
    }
    const id = String(order.id);
    this.#byId.delete(id);
    this.#byId.set(id, shown(order, id, nowMs));
    if (this.#byId.size > this.#maxOrders) {
      this.#byId.delete(this.#byId.keys().next().value);
    }
    this.version++;
    return true;
  }

  /** @returns {object[]} the most recently changed first */
  newestFirst() {
    return [...this.#byId.values()].reverse();
  }
}
