/** The newest price of each symbol, and a bounded trace of where it has been. */

/** How many points a trace keeps. */
export const TRACE_POINTS = 120;

const MAX_DECIMALS = 8;

/** How many digits a number has after the decimal point, 0 to 8. */
function decimalsOf(number) {
  const text = String(number);
  const exponent = text.indexOf('e-');
  if (exponent >= 0) {
    return MAX_DECIMALS;
  }
  const point = text.indexOf('.');
  return point < 0 ? 0 : Math.min(text.length - point - 1, MAX_DECIMALS);
}

function numberOr(value, fallback) {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isFinite(number) ? number : fallback;
}

/** One symbol: fields are read by the views, written only here. */
export class Price {
  symbol;
  last = NaN;
  /** The first price this page saw. */
  open = NaN;
  bid = NaN;
  ask = NaN;
  volume = NaN;
  /** 1 when the last change was upwards, -1 downwards, 0 before any. */
  direction = 0;
  /** Digits after the point: the most seen so far, so that columns stand still. */
  decimals = 2;
  receivedMs = 0;
  /** Rises with every update, so that a view sees whether it has painted this one. */
  version = 0;
  trace = new Float64Array(TRACE_POINTS).fill(NaN);
  #tracePosition = 0;

  /** @param {string} symbol as in the channel's name */
  constructor(symbol) {
    this.symbol = symbol;
  }

  /**
   * @param {object} payload with a `price`; `bid`, `ask` and `volume` stay as they were when absent
   * @param {number} nowMs when it was received
   * @returns {boolean} false, and nothing changes, when there is no readable price in it
   */
  apply(payload, nowMs) {
    const last = numberOr(payload?.price, NaN);
    if (Number.isNaN(last)) {
      return false;
    }
    if (this.version === 0) {
      this.open = last;
    } else if (last !== this.last) {
      this.direction = last > this.last ? 1 : -1;
    }
    this.last = last;
    this.bid = numberOr(payload.bid, this.bid);
    this.ask = numberOr(payload.ask, this.ask);
    this.volume = numberOr(payload.volume, this.volume);
    this.decimals = Math.max(this.decimals, decimalsOf(last));
    this.receivedMs = nowMs;
    this.version++;
    return true;
  }

  /** Puts the present price at the end of the trace; called at a steady pace, so the trace's x axis is time. */
  sample() {
    this.trace[this.#tracePosition] = this.last;
    this.#tracePosition = (this.#tracePosition + 1) % TRACE_POINTS;
  }

  /**
   * @param {number} index 0 is the oldest point of the trace
   * @returns {number} the price then, NaN before the first
   */
  tracePoint(index) {
    return this.trace[(this.#tracePosition + index) % TRACE_POINTS];
  }
}

/** All symbols, in the order in which they became known. */
export class Prices {
  #bySymbol = new Map();
  #maxSymbols;

  /** @param {number} maxSymbols further symbols are ignored */
  constructor(maxSymbols) {
    this.#maxSymbols = maxSymbols;
  }

  /** @returns {Iterable<Price>} in the order in which they became known */
  all() {
    return this.#bySymbol.values();
  }

  /**
   * The symbol's price, made when it is new.
   * @param {string} symbol as in the channel's name
   * @returns {Price | undefined} undefined when it is new and there are too many already
   */
  of(symbol) {
    let price = this.#bySymbol.get(symbol);
    if (price === undefined && this.#bySymbol.size < this.#maxSymbols) {
      price = new Price(symbol);
      this.#bySymbol.set(symbol, price);
    }
    return price;
  }

  /** Puts every symbol's present price at the end of its trace. */
  sample() {
    for (const price of this.#bySymbol.values()) {
      price.sample();
    }
  }
}
