/** The price table: one row per symbol, only its newest value painted. */
import { element, setState, setText } from './dom.js';
import * as format from './format.js';
import { drawSparkline } from './sparkline.js';

const FLASH_MS = 600;
const FLASH_AT_MOST_EVERY_MS = 300;
const OLD_AFTER_MS = 15_000;

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

class PriceRow {
  #price;
  #cells = {};
  #canvas = element('canvas');
  #last = element('span', 'chip');
  #paintedVersion = -1;
  #flash = null;
  #flashedMs = 0;
  #flashedDirection = 0;

  constructor(price) {
    this.#price = price;
    this.row = element('tr');
    const symbol = element('th', 'symbol');
    symbol.scope = 'row';
    symbol.textContent = price.symbol;
    this.row.append(symbol);
    for (const name of ['last', 'change', 'percent', 'bid', 'ask', 'volume', 'trace', 'age']) {
      this.#cells[name] = this.row.appendChild(element('td', name));
    }
    this.#cells.last.append(this.#last);
    this.#cells.last.dataset.testid = `price-${price.symbol}`;
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#cells.trace.append(this.#canvas);
  }

  paint(nowMs) {
    if (this.#paintedVersion !== this.#price.version) {
      this.#paintValues(nowMs);
      this.#paintedVersion = this.#price.version;
    }
    const ageMs = this.#price.version === 0 ? NaN : Math.max(0, nowMs - this.#price.receivedMs);
    setText(this.#cells.age, Number.isNaN(ageMs) ? format.NOTHING : format.age(ageMs));
    setState(this.#cells.age, 'old', String(ageMs > OLD_AFTER_MS));
  }

  drawTrace() {
    drawSparkline(this.#canvas, this.#price);
  }

  #paintValues(nowMs) {
    const { last, open, bid, ask, volume, direction, decimals } = this.#price;
    const cells = this.#cells;
    const change = last - open;
    const before = this.#last.textContent;
    setText(this.#last, format.price(last, decimals));
    setState(cells.last, 'direction', direction > 0 ? 'up' : direction < 0 ? 'down' : 'none');
    setText(cells.change, format.signed(change, (value) => format.price(value, decimals)));
    setText(cells.percent, format.signed((change / open) * 100, (value) => `${value.toFixed(2)}%`));
    setState(this.row, 'since', change > 0 ? 'up' : change < 0 ? 'down' : 'none');
    setText(cells.bid, format.price(bid, decimals));
    setText(cells.ask, format.price(ask, decimals));
    setText(cells.volume, format.volume(volume));
    if (direction !== 0 && before !== this.#last.textContent) {
      this.#flashNow(direction, nowMs);
    }
  }

  /** Flashes a few times a second at most; one that has become wrong meanwhile is taken away. */
  #flashNow(direction, nowMs) {
    if (reducedMotion.matches) {
      return;
    }
    if (nowMs - this.#flashedMs < FLASH_AT_MOST_EVERY_MS) {
      if (direction !== this.#flashedDirection) {
        this.#flash.cancel();
      }
      return;
    }
    this.#flashedMs = nowMs;
    this.#flashedDirection = direction;
    this.#flash?.cancel();
    const colour = `var(--flash-${direction > 0 ? 'up' : 'down'})`;
    this.#flash = this.#last.animate([{ backgroundColor: colour }, { backgroundColor: 'transparent' }], {
      duration: FLASH_MS,
      easing: 'ease-out',
    });
  }
}

/** Paints the prices into a table's body. */
export class PricesView {
  #body;
  #prices;
  #rows = new Map();

  /**
   * @param {HTMLElement} body the table's body; its rows are replaced
   * @param {import('../store/prices.js').Prices} prices
   */
  constructor(body, prices) {
    this.#body = body;
    this.#prices = prices;
  }

  /** @param {number} nowMs ms since 1970 */
  paint(nowMs) {
    for (const price of this.#prices.all()) {
      let row = this.#rows.get(price);
      if (row === undefined) {
        if (this.#rows.size === 0) {
          this.#body.replaceChildren();
        }
        row = new PriceRow(price);
        this.#rows.set(price, row);
        this.#body.append(row.row);
      }
      row.paint(nowMs);
    }
  }

  /** Draws every trace anew: after a sample was taken, or the colours changed. */
  drawTraces() {
    this.#rows.forEach((row) => row.drawTrace());
  }
}
