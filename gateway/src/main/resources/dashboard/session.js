/** One stay at the gateway over the chosen transport: feeds the store and knows how trustworthy the screen is. */
import { TRANSPORTS } from './transport/index.js';

/** Owns the page's only connection; what a replaced one still says is not listened to. */
export class Session {
  #store;
  #url;
  #onChange;
  #connection = null;
  #hooks = null;
  #link = { name: 'idle' };
  #upstreamDownSinceMs = null;
  #lastError = null;

  /** The user whom the gateway named, undefined while it has not. */
  user;

  /**
   * @param {object} parts
   * @param {import('./store/store.js').Store} parts.store
   * @param {URL} parts.url where the gateway is, with a trailing slash
   * @param {() => void} parts.onChange something happened; called very often
   */
  constructor({ store, url, onChange }) {
    this.#store = store;
    this.#url = url;
    this.#onChange = onChange;
  }

  /**
   * Leaves the present connection, if any, and opens another.
   * @param {import('./settings.js').Settings} settings
   */
  connect({ transport, channels, token, user }) {
    this.#hooks = null;
    this.#connection?.close();
    this.user = user;
    this.#lastError = null;
    this.#store.expect(channels);
    const current = (listener) => (value) => {
      if (hooks === this.#hooks) {
        listener(value);
      }
    };
    const hooks = {
      onState: current((state) => this.#onState(state)),
      onUpdate: current((update) => this.#onUpdate(update)),
      onControl: current((message) => this.#onControl(message)),
    };
    this.#hooks = hooks;
    this.#connection = TRANSPORTS[transport]({ url: this.#url, channels, token, ...hooks });
  }

  /**
   * @param {number} nowMs ms since 1970
   * @returns {{name: string, text: string, detail: string}} as the function of this name
   */
  describe(nowMs) {
    return describe(this.#link, this.#upstreamDownSinceMs, this.#lastError, nowMs);
  }

  #onState(state) {
    this.#link = state;
    if (state.name !== 'live') {
      this.#store.channels.restart();
    } else {
      this.#lastError = null;
    }
    this.#onChange();
  }

  #onUpdate(update) {
    this.#store.onUpdate(update, Date.now());
    this.#onChange();
  }

  #onControl(message) {
    switch (message.op) {
      case 'welcome':
      case 'authenticated':
        this.user = message.user ?? this.user;
        break;
      case 'status':
        this.#upstreamDownSinceMs = message.upstream === 'down' ? (message.since ?? Date.now()) : null;
        break;
      case 'subscribed':
        this.#onSubscribed(message);
        break;
      case 'error':
        this.#lastError = message.message ?? message.code;
        break;
      default:
    }
    this.#store.onControl(message, Date.now());
    this.#onChange();
  }

  #onSubscribed({ live }) {
    if (live === false) {
      this.#upstreamDownSinceMs ??= Date.now();
    } else {
      this.#upstreamDownSinceMs = null;
    }
  }
}

function seconds(ms) {
  return `${Math.max(0, Math.ceil(ms / 1000))} s`;
}

/**
 * Puts a state into words: `name` for style sheets, `text` for the header, `detail` a sentence or empty.
 * @param {import('./transport/link.js').LinkState} link
 * @param {number | null} upstreamDownSinceMs since when the gateway gets nothing itself, null while it does
 * @param {string | null} lastError what the gateway last complained about
 * @param {number} nowMs ms since 1970
 * @returns {{name: string, text: string, detail: string}}
 */
export function describe(link, upstreamDownSinceMs, lastError, nowMs) {
  switch (link.name) {
    case 'live':
      if (upstreamDownSinceMs === null) {
        return { name: 'live', text: 'live', detail: '' };
      }
      return {
        name: 'stale',
        text: 'stale',
        detail: `The gateway lost its upstream ${seconds(nowMs - upstreamDownSinceMs)} ago: what you see are the last known values.`,
      };
    case 'reconnecting': {
      const text = link.atMs === undefined ? 'reconnecting' : `reconnecting in ${seconds(link.atMs - nowMs)}`;
      const why = lastError ?? link.reason;
      return { name: 'reconnecting', text, detail: `Connection lost (${why}): what you see are the last known values.` };
    }
    case 'stopped':
      return { name: 'stopped', text: 'stopped', detail: `The gateway ended it (${lastError ?? link.reason}).` };
    case 'idle':
      return { name: 'idle', text: 'not connected', detail: '' };
    default:
      return { name: link.name, text: link.name, detail: '' };
  }
}
