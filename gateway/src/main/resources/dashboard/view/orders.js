/** The signed-in user's orders, the most recently changed first. */
import { fitRows, rowOf, setState, setText } from './dom.js';
import * as format from './format.js';

const CELLS = ['time', 'id', 'symbol', 'side', 'quantity', 'price', 'status'];
const ROWS = 100;
const STATUSES = ['open', 'partial', 'filled', 'cancelled'];

function priceOf({ price }) {
  const decimals = String(price).split('.')[1]?.length ?? 0;
  return format.price(price, Math.min(Math.max(decimals, 2), 8));
}

function paintRow(row, order) {
  const side = String(order.side ?? '');
  const status = String(order.status ?? '');
  const texts = [
    format.seconds(order.ts),
    order.id,
    order.symbol ?? format.NOTHING,
    order.type === undefined ? side : `${side} ${order.type}`,
    `${format.quantity(order.filled)} / ${format.quantity(order.quantity)}`,
    priceOf(order),
    status,
  ];
  texts.forEach((text, index) => setText(row.children[index], text));
  setState(row, 'side', side === 'buy' || side === 'sell' ? side : 'none');
  setState(row, 'status', STATUSES.includes(status) ? status : 'other');
}

/** Paints the orders into a table's body. */
export class OrdersView {
  #body;
  #orders;
  #paintedVersion = 0;

  /**
   * @param {HTMLElement} body the table's body; its rows are replaced
   * @param {import('../store/orders.js').Orders} orders
   */
  constructor(body, orders) {
    this.#body = body;
    this.#orders = orders;
  }

  paint() {
    if (this.#paintedVersion === this.#orders.version) {
      return;
    }
    if (this.#paintedVersion === 0) {
      this.#body.replaceChildren();
    }
    this.#paintedVersion = this.#orders.version;
    const orders = this.#orders.newestFirst().slice(0, ROWS);
    fitRows(this.#body, orders.length, () => rowOf(CELLS));
    orders.forEach((order, index) => paintRow(this.#body.children[index], order));
  }
}
