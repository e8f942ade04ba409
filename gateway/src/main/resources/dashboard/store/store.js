/**
 * Everything the page knows, of bounded size: updates and control messages go in, views read the fields.
 *
 * No clock and no DOM: the time of receipt is handed in.
 */
import { Channels } from './channels.js';
import { RecentHistogram } from './histogram.js';
import { Orders } from './orders.js';
import { Prices } from './prices.js';
import { Ring } from './ring.js';

/** How many entries of each sort are kept. */
export const LIMITS = Object.freeze({ symbols: 256, channels: 512, orders: 200, logs: 500, gaps: 50 });

/** How far back the latency percentiles look, in ms. */
export const LATENCY_WINDOW_MS = 60_000;

/** A publisher's clock further off than this is not believed, in ms. */
export const CLOCK_TOLERANCE_MS = 3_600_000;

/** Longer log messages are cut, in UTF-16 units. */
export const MAX_LOG_LENGTH = 2_000;

const LATENCY_SLOTS = 12;

/**
 * @param {string} channel a channel's name
 * @returns {string} what is before its first colon, else `default`
 */
export function kindOf(channel) {
  const colon = channel.indexOf(':');
  return colon < 0 ? 'default' : channel.slice(0, colon);
}

function publishedMs(payload) {
  if (Number.isFinite(payload.ts)) {
    return payload.ts;
  }
  return Number.isFinite(payload.tsNanos) ? payload.tsNanos / 1e6 : NaN;
}

/** The page's state. */
export class Store {
  prices = new Prices(LIMITS.symbols);
  orders = new Orders(LIMITS.orders);
  logs = new Ring(LIMITS.logs);
  logCount = 0;
  channels = new Channels(LIMITS.channels, LIMITS.gaps);
  updates = 0;
  /** Updates whose payload no view could read. */
  unreadable = 0;
  latency = new RecentHistogram(LATENCY_WINDOW_MS, LATENCY_SLOTS);
  /** Updates stamped later than they were received: the publisher's clock is ahead of this one. */
  clockAhead = 0;

  /**
   * Makes rows for channels that are about to be subscribed.
   * @param {string[]} names channel names
   */
  expect(names) {
    for (const name of names) {
      this.channels.of(name);
      if (kindOf(name) === 'price') {
        this.prices.of(name.slice('price:'.length));
      }
    }
  }

  /**
   * @param {{channel: string, seq?: number, data: *, snapshot?: boolean, time?: number}} update
   * @param {number} nowMs when it was received, ms since 1970
   */
  onUpdate(update, nowMs) {
    this.updates++;
    const snapshot = this.channels.onUpdate(update);
    if (!this.#keep(update, nowMs)) {
      this.unreadable++;
    }
    if (!snapshot && update.data !== null && typeof update.data === 'object') {
      this.#measure(publishedMs(update.data), nowMs);
    }
  }

  /**
   * @param {object} message one that has `op`
   * @param {number} nowMs when it was received, ms since 1970
   */
  onControl(message, nowMs) {
    switch (message.op) {
      case 'subscribed':
        this.channels.onSubscribed(message);
        break;
      case 'gap':
        this.channels.onGap(message, nowMs);
        break;
      default:
    }
  }

  /**
   * Adds up the latencies of the last {@link LATENCY_WINDOW_MS}.
   * @param {import('./histogram.js').Histogram} sum overwritten
   * @param {number} nowMs the time to look back from, ms since 1970
   */
  recentLatency(sum, nowMs) {
    this.latency.mergeInto(sum, nowMs);
  }

  #keep(update, nowMs) {
    const { channel, data } = update;
    switch (kindOf(channel)) {
      case 'price':
        return this.prices.of(channel.slice('price:'.length))?.apply(data, nowMs) ?? false;
      case 'order':
        return this.orders.apply(data, nowMs);
      case 'log':
        this.#log(channel, data, nowMs);
        return true;
      default:
        return true;
    }
  }

  #log(channel, data, nowMs) {
    const structured = data !== null && typeof data === 'object';
    const message = structured && data.message !== undefined ? data.message : data;
    this.logCount++;
    this.logs.push({
      ts: structured && Number.isFinite(data.ts) ? data.ts : nowMs,
      level: structured && typeof data.level === 'string' ? data.level.slice(0, 16) : 'info',
      source: structured && typeof data.source === 'string' ? data.source.slice(0, 64) : channel,
      message: (typeof message === 'string' ? message : JSON.stringify(message)).slice(0, MAX_LOG_LENGTH),
    });
  }

  #measure(stampMs, nowMs) {
    const latencyMs = nowMs - stampMs;
    if (!(Math.abs(latencyMs) <= CLOCK_TOLERANCE_MS)) {
      return;
    }
    if (latencyMs < 0) {
      this.clockAhead++;
    }
    this.latency.record(latencyMs, nowMs);
  }
}
