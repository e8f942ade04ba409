/** The life of a connection that comes back by itself: states, backoff, and the watch over a silent peer. */
import { delayMs } from './backoff.js';

/** A connection that lived this long starts over with the shortest delay, in ms. */
export const STABLE_MS = 5_000;

const SILENT_HEARTBEATS = 2.5;
const DEFAULT_HEARTBEAT_MS = 25_000;
const CONNECTING_HEARTBEAT_MS = 4_000;

/**
 * What `onState` is told.
 * @typedef {{name: 'connecting'}
 *   | {name: 'live'}
 *   | {name: 'reconnecting', reason: string, atMs?: number}
 *   | {name: 'stopped', reason: string}} LinkState `atMs`: when the next attempt starts, ms since 1970
 */

/**
 * Keeps one connection open. A transport says what happens to it; the link decides what comes next.
 */
export class Link {
  #open;
  #abandon;
  #onState;
  #attempt = 0;
  #liveSinceMs = 0;
  #retryTimer = 0;
  #silenceTimer = 0;
  #heardMs = 0;
  #name = 'idle';

  /**
   * @param {object} hooks
   * @param {() => void} hooks.open starts one connection attempt
   * @param {() => void} hooks.abandon drops the present connection, of which nothing more may be reported
   * @param {(state: LinkState) => void} hooks.onState
   */
  constructor({ open, abandon, onState }) {
    this.#open = open;
    this.#abandon = abandon;
    this.#onState = onState;
  }

  /** Starts an attempt at once. */
  start() {
    this.#enter({ name: 'connecting' });
    this.watch(CONNECTING_HEARTBEAT_MS);
    this.#open();
  }

  /** The subscriptions are confirmed. */
  live() {
    if (this.#name !== 'live' && this.#name !== 'stopped') {
      this.#liveSinceMs = Date.now();
      this.#enter({ name: 'live' });
    }
  }

  /** Something arrived. */
  heard() {
    this.#heardMs = Date.now();
  }

  /**
   * Takes a peer that is silent for two and a half heartbeats for lost.
   * @param {number} [promisedMs] how often the peer promised to say something; the gateway's preset when it did not
   */
  watch(promisedMs) {
    const heartbeatMs = promisedMs > 0 ? promisedMs : DEFAULT_HEARTBEAT_MS;
    clearInterval(this.#silenceTimer);
    this.heard();
    this.#silenceTimer = setInterval(() => {
      if (Date.now() - this.#heardMs > SILENT_HEARTBEATS * heartbeatMs) {
        this.lost('heartbeat');
      }
    }, heartbeatMs / 2);
  }

  /** The transport itself (a browser's EventSource) is coming back, at a time it does not tell. */
  comingBack(reason) {
    this.heard();
    this.#enter({ name: 'reconnecting', reason });
  }

  /**
   * The connection is gone; the next attempt is planned.
   * @param {string} reason one word
   * @param {number} [wantedMs] the delay the gateway asked for
   */
  lost(reason, wantedMs) {
    if (this.#name === 'stopped' || this.#retryTimer !== 0) {
      return;
    }
    this.#drop();
    if (this.#name === 'live' && Date.now() - this.#liveSinceMs >= STABLE_MS) {
      this.#attempt = 0;
    }
    const waitMs = wantedMs ?? delayMs(this.#attempt);
    this.#attempt++;
    this.#enter({ name: 'reconnecting', reason, atMs: Date.now() + waitMs });
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = 0;
      this.start();
    }, waitMs);
  }

  /**
   * Ends it for good.
   * @param {string} reason one word
   */
  stop(reason) {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = 0;
    this.#drop();
    if (this.#name !== 'stopped') {
      this.#enter({ name: 'stopped', reason });
    }
  }

  #drop() {
    clearInterval(this.#silenceTimer);
    this.#abandon();
  }

  #enter(state) {
    this.#name = state.name;
    this.#onState(state);
  }
}
